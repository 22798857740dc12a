use super::aggregate::{self, Aggregate};
use crate::access;
use crate::api::Call;
use crate::http::Answer;
use crate::view::View;
use crate::world::Path;
use crate::world::schema::Kind;

/// What the parameters ask for.
pub(super) struct Asked {
    pub(super) count: bool,
    pub(super) aggregates: Vec<(Aggregate, Vec<Field>)>,
    pub(super) by: Vec<Field>,
    /// Whether groups are named as people read them.
    pub(super) labels: bool,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) path: Path,
}

impl Asked {
    /// What is not simulated, or not known of an instance, is refused and not left out.
    pub(super) fn read(view: &View, call: &Call<'_>) -> Result<Self, Answer> {
        refuse_unserved(call)?;
        let mut aggregates = Vec::new();
        for aggregate in aggregate::ALL {
            let parameter = format!("sysparm_{}_fields", aggregate.name());
            let fields = fields(view, call, &parameter)?;
            let adds = matches!(aggregate, Aggregate::Sum | Aggregate::Avg);
            if let Some(field) = fields.iter().find(|it| adds && !it.path.kind.is_number()) {
                let text = format!("{parameter} of {}, which is no number,", field.name);
                return Err(unserved(&text));
            }
            if !fields.is_empty() {
                aggregates.push((aggregate, fields));
            }
        }
        let by = fields(view, call, "sysparm_group_by")?;
        let labels = one_of(call, "sysparm_display_value")?;
        if let Some(field) = by.iter().find(|it| labels && it.path.kind == Kind::Time) {
            return Err(unserved(&format!("sysparm_display_value of {}", field.name)));
        }
        Ok(Self { count: one_of(call, "sysparm_count")?, aggregates, by, labels })
    }
}

fn refuse_unserved(call: &Call<'_>) -> Result<(), Answer> {
    let pairs = url::form_urlencoded::parse(call.request.query.as_bytes());
    for (name, _) in pairs.filter(|(_, value)| !value.is_empty()) {
        let served =
            |aggregate: &Aggregate| *name == format!("sysparm_{}_fields", aggregate.name());
        let aggregates = name.starts_with("sysparm_") && name.ends_with("_fields");
        let unknown = aggregates && !aggregate::ALL.iter().any(served);
        if unknown || matches!(&*name, "sysparm_having" | "sysparm_order_by") {
            return Err(unserved(&name));
        }
    }
    Ok(())
}

/// `true` or `false`; nothing is false.
fn one_of(call: &Call<'_>, parameter: &str) -> Result<bool, Answer> {
    let text = call.request.parameter(parameter).unwrap_or_default();
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        other => Err(unserved(&format!("{parameter}={other}"))),
    }
}

fn fields(view: &View, call: &Call<'_>, parameter: &str) -> Result<Vec<Field>, Answer> {
    let list = call.request.parameter(parameter).unwrap_or_default();
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    let field = |name: &str| {
        let path = view.world.path(call.table, name);
        let path = path.filter(|path| !path.is_password());
        let unknown = || unserved(&format!("{parameter} of {name}, which {} has not,", call.name));
        let path = path.ok_or_else(unknown)?;
        // An extreme or a group tells of values what a range does.
        if access::closes(view, &call.session, &path)
            || access::closes_ranges(view, &call.session, &path)
        {
            return Err(access::closed_field());
        }
        Ok(Field { name: name.to_owned(), path })
    };
    names.map(field).collect()
}

fn unserved(what: &str) -> Answer {
    access::loud(&format!("{what} is not simulated"))
}
