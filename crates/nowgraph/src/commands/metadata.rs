use odata::header::MetadataFormat;

use crate::output;

/// Print the document that `GET /beta/$metadata` answers
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// As CSDL JSON instead of XML
    #[arg(long)]
    json: bool,
}

impl Options {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let format = if self.json { MetadataFormat::Json } else { MetadataFormat::Xml };
        Ok(output::line(api::metadata(format))?)
    }
}
