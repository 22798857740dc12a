#![expect(clippy::print_stdout, reason = "terminal program")]

/// `nowgraph metadata`: what `GET /beta/$metadata` answers.
pub(super) fn run() -> anyhow::Result<()> {
    println!("{}", api::metadata_xml());
    Ok(())
}
