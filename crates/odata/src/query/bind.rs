use super::expand::expand;
use super::nest::{Nest, value_error};
use super::select::select;
use super::{QueryError, QueryOptions, SystemOption, Target};
use crate::apply::{self, Plan};
use crate::edm::{Edm, StructuredType};
use crate::expr::{self, Computed, ExprError, Scope};
use crate::search;
use crate::value::DateTimeOffset;

/// Binds the options that [`super::split`] gave to the type of the entities they are applied to.
///
/// Names match in any case and with or without `$` (OData 4.01 protocol section 11.2.1); a name
/// with `$` that OData does not define is refused, any other unknown name is a custom option and
/// ignored. Parameter aliases are put into expressions. Options of which only the text is taken
/// come back in [`QueryOptions::others`].
pub fn bind(
    edm: &Edm,
    entity_type: &StructuredType,
    raw: &[(String, String)],
    now: DateTimeOffset,
    target: Target,
) -> Result<QueryOptions, QueryError> {
    let aliases = aliases(raw.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
    let scope = Scope {
        edm,
        entity_type,
        now,
        aliases: &aliases,
        computed: &[],
        shape: None,
        nested: false,
    };
    let named = raw.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let apply = applied(named.clone(), &scope)?;
    let scope = Scope { shape: apply.as_ref().map(|plan| &plan.shape), ..scope };
    let computed = computed(named, &scope)?;
    let scope = Scope { computed: &computed, ..scope };
    let mut options = QueryOptions::default();
    for (option, text) in given(raw, target)? {
        options.set(option, text, &scope, Nest::default())?;
    }
    options.apply = apply;
    Ok(options)
}

/// The system query options among others, each at most once and where it has a place.
pub(super) fn given(
    raw: &[(String, String)],
    target: Target,
) -> Result<Vec<(SystemOption, &str)>, QueryError> {
    let mut options: Vec<(SystemOption, &str)> = Vec::new();
    for (name, text) in raw {
        let name = name.trim_matches([' ', '\t']);
        let Some(option) = SystemOption::named(name) else {
            if name.starts_with('$') {
                return Err(QueryError::Unknown(name.chars().take(100).collect()));
            }
            continue;
        };
        if options.iter().any(|(other, _)| *other == option) {
            return Err(QueryError::Duplicate(option.name().to_owned()));
        }
        if !option.applies_to(target) {
            return Err(QueryError::Misplaced(option.name()));
        }
        options.push((option, text));
    }
    Ok(options)
}

impl QueryOptions {
    pub(super) fn set(
        &mut self,
        option: SystemOption,
        text: &str,
        scope: &Scope<'_>,
        nest: Nest,
    ) -> Result<(), QueryError> {
        let invalid = value_error(option);
        let trimmed = text.trim_matches([' ', '\t']);
        match option {
            SystemOption::Select => self.select = select(text, scope, nest)?,
            SystemOption::Expand if scope.shape.is_some() => {
                let name = "$expand of what $apply gives".to_owned();
                return Err(invalid(ExprError::NotServed { position: 0, name }));
            }
            SystemOption::Expand => self.expand = expand(text, scope, nest)?,
            SystemOption::Filter => {
                self.filter = Some(expr::filter(text, scope).map_err(invalid)?);
            }
            SystemOption::OrderBy => {
                self.order_by = expr::order_by(text, scope).map_err(invalid)?;
            }
            SystemOption::Top => self.top = Some(number(option, trimmed)?),
            SystemOption::Skip => self.skip = Some(number(option, trimmed)?),
            SystemOption::Count => self.count = Some(boolean(option, trimmed)?),
            SystemOption::SkipToken => self.skip_token = Some(trimmed.to_owned()),
            SystemOption::Format => self.format = Some(trimmed.to_owned()),
            SystemOption::Compute => self.compute = scope.computed.to_vec(),
            SystemOption::Search if scope.shape.is_some() => {
                let name = "$search of what $apply gives".to_owned();
                return Err(invalid(ExprError::NotServed { position: 0, name }));
            }
            SystemOption::Search => self.search = Some(search::parse(text).map_err(invalid)?),
            SystemOption::Apply if scope.shape.is_none() => {
                let name = "$apply of values".to_owned();
                return Err(invalid(ExprError::NotServed { position: 0, name }));
            }
            // It was bound before the others.
            SystemOption::Apply => {}
            SystemOption::DeltaToken
            | SystemOption::Id
            | SystemOption::Index
            | SystemOption::Levels
            | SystemOption::SchemaVersion => self.others.push((option, trimmed.to_owned())),
        }
        Ok(())
    }
}

/// The value of `$apply`, which comes before all others (protocol section 11.2.1).
pub(super) fn applied<'o>(
    mut raw: impl Iterator<Item = (&'o str, &'o str)>,
    scope: &Scope<'_>,
) -> Result<Option<Plan>, QueryError> {
    let option = SystemOption::Apply;
    let invalid = value_error(option);
    let Some((_, text)) = raw.find(|(name, _)| option.is_named(name.trim_matches([' ', '\t'])))
    else {
        return Ok(None);
    };
    let pipeline = apply::parse(text).map_err(invalid)?;
    apply::bind(&pipeline, scope).map(Some).map_err(invalid)
}

/// The value of `$compute`, which other options may name whatever their order.
pub(super) fn computed<'o>(
    mut raw: impl Iterator<Item = (&'o str, &'o str)>,
    scope: &Scope<'_>,
) -> Result<Vec<Computed>, QueryError> {
    let option = SystemOption::Compute;
    match raw.find(|(name, _)| option.is_named(name.trim_matches([' ', '\t']))) {
        Some((_, text)) => expr::compute(text, scope).map_err(value_error(option)),
        None => Ok(Vec::new()),
    }
}

/// The parameter aliases without their `@` (URL conventions 5.3).
pub(crate) fn aliases<'o>(
    raw: impl Iterator<Item = (&'o str, &'o str)>,
) -> Result<Vec<(String, String)>, QueryError> {
    let mut aliases: Vec<(String, String)> = Vec::new();
    for (name, value) in raw {
        let Some(alias) = name.trim_matches([' ', '\t']).strip_prefix('@') else { continue };
        if aliases.iter().any(|(known, _)| known == alias) {
            return Err(QueryError::Duplicate(name.chars().take(100).collect()));
        }
        aliases.push((alias.to_owned(), value.to_owned()));
    }
    Ok(aliases)
}

fn number(option: SystemOption, text: &str) -> Result<u64, QueryError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok()) {
        Some(number) if digits => Ok(number),
        _ => Err(QueryError::Number { option: option.name(), text: short(text) }),
    }
}

fn boolean(option: SystemOption, text: &str) -> Result<bool, QueryError> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(QueryError::Boolean { option: option.name(), text: short(text) }),
    }
}

fn short(text: &str) -> String {
    text.chars().take(100).collect()
}
