use odata::header::MetadataFormat;

use super::root::Root;
use crate::output;

/// Print the document that $metadata answers
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Of which service
    #[arg(long, value_enum, default_value_t = Root::Beta)]
    root: Root,
    /// As CSDL JSON instead of XML
    #[arg(long)]
    json: bool,
}

impl Options {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let format = if self.json { MetadataFormat::Json } else { MetadataFormat::Xml };
        Ok(output::line(api::metadata(self.root.into(), format))?)
    }
}
