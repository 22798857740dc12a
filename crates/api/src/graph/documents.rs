use std::collections::HashMap;

use axum::body::Body;
use axum::http::header::{ACCEPT, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use odata::csdl;
use odata::header::{MetadataFormat, negotiate, negotiate_metadata};
use odata::payload::{Format, write_service_document};
use odata::url::Resource;

use super::{GRAPH, answer, ask, methods, version};
use crate::app::App;
use crate::connector::CONNECTOR;
use crate::error::ApiError;
use crate::http::service_root::PublicUrl;
use crate::openapi::{Root, openapi};
use crate::service::Service;

/// The `$metadata` of every service, and what else describes them, written once.
#[derive(Debug)]
pub(crate) struct Documents {
    models: HashMap<&'static str, Document>,
    openapi: Bytes,
}

#[derive(Debug)]
struct Document {
    xml: Bytes,
    json: Bytes,
}

impl Documents {
    /// Those of Graph's model, of the connector's and of others.
    pub(crate) fn new(services: &'static [Service], public_url: Option<&PublicUrl>) -> Self {
        let document = |service: &Service| Document {
            xml: csdl::write_xml((service.edm)()).into(),
            json: csdl::write_json((service.edm)()).into(),
        };
        let all = services.iter().chain([&GRAPH, &CONNECTOR]);
        // Relative to the host without a public URL, which only then can have a path of its own.
        let base = public_url.map_or("", PublicUrl::as_str);
        Self {
            models: all.map(|service| (service.path, document(service))).collect(),
            openapi: openapi(Root::Connector, base).to_string().into(),
        }
    }
}

/// `GET` of a service document, or of `$metadata` as XML or JSON; also for anonymous callers.
pub(super) fn handle(
    app: &App,
    service: &Service,
    parts: &Parts,
    resource: &Resource,
    root: &str,
) -> Result<Response, ApiError> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(methods::refuse(service, &parts.method, resource));
    }
    let version = version::agreed(&parts.headers)?;
    let accept = ask::text(&parts.headers, &ACCEPT);
    let format = ask::format_of_document(parts.uri.query().unwrap_or_default())?;
    if matches!(resource, Resource::Metadata) {
        let format = negotiate_metadata(accept.as_deref(), format.as_deref())?;
        return metadata_of(app, service, format);
    }
    let format = Format { version, ..negotiate(accept.as_deref(), format.as_deref())? };
    let body = write_service_document((service.edm)(), root, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

fn metadata_of(app: &App, service: &Service, format: MetadataFormat) -> Result<Response, ApiError> {
    let Document { xml, json } =
        app.documents.models.get(service.path).ok_or(ApiError::NotFound)?;
    let (content_type, body) = match format {
        MetadataFormat::Xml => ("application/xml", xml),
        MetadataFormat::Json => ("application/json", json),
    };
    let content_type = HeaderValue::from_static(content_type);
    let mut answer = answer::typed(StatusCode::OK, content_type, Body::from(body.clone()));
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(answer)
}

/// `GET /connector/v1/openapi.json`; also for anonymous callers.
pub(super) fn openapi_of_connector(app: &App, parts: &Parts) -> Result<Response, ApiError> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let (method, allow) = (parts.method.to_string(), methods::READ);
        return Err(ApiError::MethodNotAllowed { method, allow });
    }
    version::agreed(&parts.headers)?;
    let format = ask::format_of_document(parts.uri.query().unwrap_or_default())?;
    negotiate(ask::text(&parts.headers, &ACCEPT).as_deref(), format.as_deref())?;
    let content_type = HeaderValue::from_static("application/json");
    Ok(answer::typed(StatusCode::OK, content_type, Body::from(app.documents.openapi.clone())))
}

/// The `$metadata` document of a service.
pub fn metadata(root: Root, format: MetadataFormat) -> String {
    let edm = (root.service().edm)();
    match format {
        MetadataFormat::Xml => csdl::write_xml(edm),
        MetadataFormat::Json => csdl::write_json(edm),
    }
}
