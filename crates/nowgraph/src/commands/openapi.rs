use super::root::Root;
use crate::output;

/// Print an OpenAPI 3.1 document of what is served
///
/// That of the connector is at /connector/v1/openapi.json too.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Of which service
    #[arg(long, value_enum, default_value_t = Root::Beta)]
    root: Root,
}

impl Options {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let document = api::openapi(self.root.into(), "");
        Ok(output::line(serde_json::to_string_pretty(&document)?)?)
    }
}
