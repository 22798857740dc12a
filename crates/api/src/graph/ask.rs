use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};
use bytes::Bytes;
use model::{Author, Caller, Principal, Timestamp};
use odata::apply;
use odata::edm::{Edm, StructuredType, TypeRef};
use odata::expr::ExprError;
use odata::header::{
    Preferences, check_content_type, is_multipart, negotiate, negotiate_bytes, negotiate_count,
};
use odata::payload::Format;
use odata::query::{self, QueryError, QueryOptions, SystemOption, Target};
use odata::value::DateTimeOffset;

use crate::date_time::date_time;
use crate::error::ApiError;
use crate::graph::conditions::Conditions;
use crate::graph::edm::{connection_type, edm};
use crate::graph::version;
use crate::http::body::read;
use crate::service::{Service, refuse_related};

/// A request whose caller is known; its body, not read yet, goes beside it.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Who asks.
    pub(crate) principal: Arc<Principal>,
    /// Which service.
    pub(crate) service: &'static Service,
    /// Absolute URL of the service root, without a slash at the end.
    pub(crate) root: String,
    /// The path as sent, with that of the service root.
    pub(crate) path: String,
    /// The query as sent.
    pub(crate) query: String,
    /// All headers.
    pub(crate) headers: HeaderMap,
    /// The moment of the request.
    pub(crate) now: Timestamp,
}

impl Ask {
    /// Binds the query options of connections, which have no text to search.
    pub(crate) fn options(
        &self,
        ty: &StructuredType,
        target: Target,
    ) -> Result<QueryOptions, ApiError> {
        let options = self.options_of(edm(), ty, target)?;
        match options.search {
            Some(_) => Err(ApiError::NotSearchable(ty.name.to_string())),
            None => Ok(options),
        }
    }

    /// The same for a request that writes, which must not fail behind that.
    pub(crate) fn options_of_write(&self, ty: &StructuredType) -> Result<QueryOptions, ApiError> {
        let options = self.options(ty, Target::Entity)?;
        if computes(&options) {
            let name = format!("{} of what is written", SystemOption::Compute.name());
            return Err(ApiError::NotServed(name));
        }
        Ok(options)
    }

    /// The same for a type of another model, which may have related entities and searchable text.
    pub(crate) fn options_of(
        &self,
        edm: &Edm,
        ty: &StructuredType,
        target: Target,
    ) -> Result<QueryOptions, ApiError> {
        let now = date_time(self.now);
        let applies = apply::is_supported(edm);
        let options = match query::bind(edm, ty, &query::split(&self.query)?, now, target) {
            Err(error) if !applies && is_of_apply(&error) => return refuse_apply(),
            options => options?,
        };
        if options.apply.is_some() && !applies {
            return refuse_apply();
        }
        if options.apply.is_some() && options.search.is_some() {
            return Err(ApiError::NotServed("$search of what $apply makes".to_owned()));
        }
        refuse_anywhere(&options)?;
        Ok(options)
    }

    /// The same for a property that is a collection.
    pub(crate) fn options_of_values(
        &self,
        (edm, owner): (&Edm, &StructuredType),
        item: &TypeRef,
        target: Target,
    ) -> Result<QueryOptions, ApiError> {
        let (raw, now) = (query::split(&self.query)?, date_time(self.now));
        let options = query::bind_values((edm, owner), item, &raw, now, target)?;
        refuse_anywhere(&options)?;
        Ok(options)
    }

    /// Agrees on a JSON format.
    pub(crate) fn format(&self, option: Option<&str>) -> Result<Format, ApiError> {
        let version = version::negotiated(&self.headers)?;
        let format = negotiate(text(&self.headers, &ACCEPT).as_deref(), option)?;
        Ok(Format { version, ..format })
    }

    /// Agrees on plain text for a count.
    pub(crate) fn accepts_count(&self) -> Result<(), ApiError> {
        Ok(negotiate_count(text(&self.headers, &ACCEPT).as_deref())?)
    }

    /// Agrees on the bytes of a value.
    pub(crate) fn accepts_bytes(&self) -> Result<(), ApiError> {
        Ok(negotiate_bytes(text(&self.headers, &ACCEPT).as_deref())?)
    }

    /// Agrees on the JSON format of what is read, also by preferences.
    pub(crate) fn format_of_read(
        &self,
        option: Option<&str>,
        prefer: Preferences,
    ) -> Result<Format, ApiError> {
        Ok(Format { omit_nulls: prefer.omit_nulls, ..self.format(option)? })
    }

    /// The preferences that mean something to a write.
    pub(crate) fn prefer_of_write(&self) -> Preferences {
        let Preferences { representation, include_unknown_enum_members, .. } = self.preferences();
        Preferences { representation, include_unknown_enum_members, ..Preferences::default() }
    }

    /// The preferences that mean something to reading a page.
    pub(crate) fn prefer_of_page(&self) -> Preferences {
        Preferences { representation: None, continue_on_error: false, ..self.preferences() }
    }

    /// The preferences that mean something to reading one thing.
    pub(crate) fn prefer_of_one(&self) -> Preferences {
        Preferences { max_page_size: None, ..self.prefer_of_page() }
    }

    /// The preferences that mean something to a batch. Its items are always all answered, as on
    /// Graph; who asks for it is told so.
    pub(crate) fn prefer_of_batch(&self) -> Preferences {
        let continue_on_error = self.preferences().continue_on_error;
        Preferences { continue_on_error, ..Preferences::default() }
    }

    fn preferences(&self) -> Preferences {
        Preferences::parse(lines(&self.headers, &PREFER))
    }

    /// The conditions of a write.
    pub(crate) fn conditions(&self) -> Result<Conditions, ApiError> {
        Conditions::of(&self.headers)
    }

    /// A batch has none, its items may have some (OData 4.01 protocol 8.2.4 and 8.2.5).
    pub(crate) fn refuse_conditions(&self) -> Result<(), ApiError> {
        let conditions = [(IF_MATCH, "If-Match"), (IF_NONE_MATCH, "If-None-Match")];
        match conditions.into_iter().find(|(header, _)| self.headers.contains_key(header)) {
            Some((_, name)) => Err(ApiError::ConditionOfBatch(name)),
            None => Ok(()),
        }
    }

    /// The other format of batches, which OData has and Graph has not: its whole `Content-Type`.
    pub(crate) fn multipart(&self) -> Option<String> {
        text(&self.headers, &CONTENT_TYPE).filter(|content_type| is_multipart(content_type))
    }

    /// Reads a JSON body.
    pub(crate) async fn json_body(&self, body: Body) -> Result<Bytes, ApiError> {
        check_content_type(text(&self.headers, &CONTENT_TYPE).as_deref())?;
        Ok(read(&self.headers, body).await?)
    }

    /// The same where there need not be one.
    pub(crate) async fn optional_json_body(&self, body: Body) -> Result<Option<Bytes>, ApiError> {
        let body = read(&self.headers, body).await?;
        if body.trim_ascii().is_empty() {
            return Ok(None);
        }
        check_content_type(text(&self.headers, &CONTENT_TYPE).as_deref())?;
        Ok(Some(body))
    }

    /// Who the audit record names.
    pub(crate) fn author(&self) -> Author {
        let actor = match &self.principal.caller {
            Caller::Application { object_id } => object_id,
            Caller::User { object_id, name, .. } => name.as_ref().unwrap_or(object_id),
        };
        Author { actor: actor.clone(), application: self.principal.application.clone() }
    }
}

/// `$format`, the only option of a document or a batch: nothing of a model can be named there.
pub(crate) fn format_of_document(query: &str) -> Result<Option<String>, ApiError> {
    let raw = query::split(query)?;
    let none = DateTimeOffset::MIN;
    let options = query::bind(edm(), connection_type(), &raw, none, Target::Document)?;
    refuse_anywhere(&options)?;
    Ok(options.format)
}

fn refuse_apply<T>() -> Result<T, ApiError> {
    Err(ApiError::NotServed(SystemOption::Apply.name().to_owned()))
}

/// Whether `$apply` is at fault, and not for its grammar.
fn is_of_apply(error: &QueryError) -> bool {
    match error {
        QueryError::Value {
            error: ExprError::Syntax { .. } | ExprError::TooComplex { .. },
            ..
        } => false,
        error => error.option() == Some(SystemOption::Apply.name()),
    }
}

/// What is not served anywhere yet, for the resource and all that is selected or expanded in it;
/// binding has bounded how deep that nests.
fn refuse_anywhere(options: &QueryOptions) -> Result<(), ApiError> {
    match options.others.first() {
        None => {}
        Some((option, _)) => return Err(ApiError::NotServed(option.name().to_owned())),
    }
    refuse_related(options)?;
    let expanded = options.expand.iter().map(|item| &item.options);
    selected(options).chain(expanded).try_for_each(|nested| match nested.apply {
        Some(_) => refuse_apply(),
        None => refuse_anywhere(nested),
    })
}

/// Whether something is computed, also within what is selected.
fn computes(options: &QueryOptions) -> bool {
    !options.compute.is_empty() || selected(options).any(computes)
}

/// Options within `$select`.
fn selected(options: &QueryOptions) -> impl Iterator<Item = &QueryOptions> {
    options.select.iter().flat_map(|select| &select.items).map(|item| &item.options)
}

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// A header, several lines of it as one (RFC 9110 section 5.2).
pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = lines(headers, name).collect();
    if lines.is_empty() { None } else { Some(lines.join(", ")) }
}

/// The lines of a header; one that is no text reads as one that is not valid.
pub(super) fn lines<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("\u{fffd}"))
}
