use url::Url;

use crate::{ApiPath, Failure, Field, Instance, Query};

/// One page of a table.
///
/// Source: ServiceNow, "Table API", GET. Links of references and the header `Link` are never
/// asked for: keys say the same in fewer bytes, and the next page is one of another query.
#[derive(Debug, Clone)]
pub struct PageRequest {
    path: ApiPath,
    query: Query,
    fields: Vec<Field>,
    limit: u32,
    offset: u32,
    labels: Labels,
    count: bool,
}

/// Whether the labels of values are wanted.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_display_value`. Its `true` is not offered:
/// a reference then has no value, and a date is in somebody's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// `false`: values alone, the cheapest for the instance.
    Without,
    /// `all`: values and labels.
    With,
}

impl PageRequest {
    /// The first `limit` rows (at least one) of a query, with these fields. No field stands for
    /// all of them.
    pub fn new(path: ApiPath, query: Query, fields: Vec<Field>, limit: u32) -> Self {
        let (limit, labels) = (limit.max(1), Labels::Without);
        Self { path, query, fields, limit, offset: 0, labels, count: false }
    }

    /// Rows behind the first ones. They move while they are read, so this is for one query that
    /// is anchored otherwise.
    #[must_use]
    pub fn offset(mut self, offset: u32) -> Self {
        self.offset = offset;
        self
    }

    /// Labels beside values.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// Has the instance count the rows that match, see [`Page::total`](crate::Page::total).
    #[must_use]
    pub fn counted(mut self) -> Self {
        self.count = true;
        self
    }

    /// How many rows are asked for. Fewer are not the end: the limit comes before the rights.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// How many rows it leaves out.
    pub fn skipped(&self) -> u32 {
        self.offset
    }

    pub(crate) fn path(&self) -> &ApiPath {
        &self.path
    }

    pub(crate) fn url(&self, instance: &Instance) -> Result<Url, Failure> {
        let mut pairs = Vec::new();
        let query = self.query.to_string();
        if !query.is_empty() {
            pairs.push(("sysparm_query", query));
        }
        let fields: Vec<&str> = self.fields.iter().map(Field::as_str).collect();
        if !fields.is_empty() {
            pairs.push(("sysparm_fields", fields.join(",")));
        }
        pairs.push(("sysparm_limit", self.limit.to_string()));
        if self.offset > 0 {
            pairs.push(("sysparm_offset", self.offset.to_string()));
        }
        let labels = if self.labels == Labels::With { "all" } else { "false" };
        let yes = || "true".to_owned();
        pairs.push(("sysparm_display_value", labels.to_owned()));
        pairs.push(("sysparm_exclude_reference_link", yes()));
        pairs.push(("sysparm_suppress_pagination_header", yes()));
        if !self.count {
            pairs.push(("sysparm_no_count", yes()));
        }
        super::url(instance, &self.path, &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Condition, Group, Text, is_loopback};

    #[test]
    fn everything_is_asked_for_by_name() {
        let instance = Instance::parse("contoso", is_loopback).unwrap();
        let field = |name: &str| name.parse::<Field>().unwrap();
        let text = Text::parse("a+b&c#d%e^f ä").unwrap();
        let query = Group::new().and(Condition::equal(field("email"), text)).into();
        let path = ApiPath::table(&field("sys_user"));
        let request = PageRequest::new(path, query, vec![field("sys_id"), field("email")], 0);
        let url = |request: &PageRequest| {
            let url = request.url(&instance).unwrap().to_string();
            url.replace("https://contoso.service-now.com/api/now/table/", "")
        };
        assert_eq!(
            url(&request),
            "sys_user?sysparm_query=email%3Da%2Bb%26c%23d%25e%5E%5Ef+%C3%A4&sysparm_fields=sys_id%2Cemail\
             &sysparm_limit=1&sysparm_display_value=false&sysparm_exclude_reference_link=true\
             &sysparm_suppress_pagination_header=true&sysparm_no_count=true"
        );
        let request = request.offset(5).labels(Labels::With).counted();
        assert!(url(&request).contains("&sysparm_offset=5&sysparm_display_value=all&"));
        assert!(!url(&request).contains("no_count"));
    }

    #[test]
    fn a_query_that_no_url_holds_is_not_sent() {
        let instance = Instance::parse("contoso", is_loopback).unwrap();
        let long = Text::parse(&"ä".repeat(254)).unwrap();
        let mut group = Group::new();
        for _ in 0..6 {
            group = group.and(Condition::contains("a".parse().unwrap(), long.clone()));
        }
        let path = ApiPath::parse("api/now/table/incident").unwrap();
        let request = PageRequest::new(path, group.into(), Vec::new(), 1);
        assert!(matches!(request.url(&instance), Err(Failure::QueryTooLong)));
    }
}
