use super::list::Page;
use crate::http::Request;
use crate::settings::Settings;

/// The header `Link`: the addresses of the pages around this one. None where one page holds all.
pub(super) fn around(settings: &Settings, request: &Request, page: &Page) -> Option<String> {
    let hidden = page.rows.is_empty() && page.taken > 0;
    if request.flag("sysparm_suppress_pagination_header")
        || (page.total.is_none() && !settings.link_without_count)
        || (hidden && !settings.link_without_rows)
    {
        return None;
    }
    let Page { offset, limit, taken, total, .. } = *page;
    let next = offset.saturating_add(limit);
    let more = total.map_or(taken == limit, |total| next < total);
    if offset == 0 && !more {
        return None;
    }
    let mut pages = vec![("first", 0)];
    if offset > 0 {
        pages.push(("prev", offset.saturating_sub(limit)));
    }
    if more {
        pages.push(("next", next));
    }
    pages.extend(total.map(|total| ("last", total.saturating_sub(1) / limit * limit)));
    let others: Vec<(String, String)> = url::form_urlencoded::parse(request.query.as_bytes())
        .into_owned()
        .filter(|(name, _)| name != "sysparm_offset" && name != "sysparm_limit")
        .collect();
    let address = |offset: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&others);
        query.append_pair("sysparm_limit", &limit.to_string());
        query.append_pair("sysparm_offset", &offset.to_string());
        format!("{}{}?{}", request.origin, request.path, query.finish())
    };
    let parts = pages.iter().map(|(name, at)| format!("<{}>;rel=\"{name}\"", address(*at)));
    Some(parts.collect::<Vec<_>>().join(","))
}
