use crate::output;

/// `nowgraph metadata`: what `GET /beta/$metadata` answers.
pub(super) fn run() -> anyhow::Result<()> {
    Ok(output::line(api::metadata_xml())?)
}
