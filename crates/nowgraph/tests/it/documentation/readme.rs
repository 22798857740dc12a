use super::{Example, check, examples, shell};
use crate::program::Workplace;

/// Starts the demo by the command of the page and takes the tour.
#[test]
fn the_tour_of_the_readme_is_true() {
    let page = include_str!("../../../../../README.md");
    let demo = page.lines().find_map(|line| line.strip_prefix("$ cargo run --release -- "));
    let demo = demo.unwrap().split('#').next().unwrap().split_whitespace();
    let workplace = Workplace::sqlite();
    // What else listens on the machine of the test is of no matter.
    let arguments: Vec<_> = demo.chain(["--listen", "127.0.0.1:0"]).collect();
    let mut demo = workplace.start(&arguments);
    let simulator = demo.stdout_line("simulated ServiceNow on http://");
    let simulator = simulator.rsplit('/').next().unwrap();
    let export = demo.stdout_line("export TOKEN=");
    // A machine may be too busy to have fetched them by now.
    demo.log_line("a pass ended");
    let addresses = [("127.0.0.1:8080", demo.address.as_str()), ("127.0.0.1:8090", simulator)];
    let (_, tour) = page.split_once("## The tour").unwrap();
    let steps = examples(tour);
    assert!(steps.len() >= 10, "{steps:?}");
    for Example { command, output } in steps {
        let meant = addresses
            .iter()
            .fold(command.clone(), |text, (theirs, ours)| text.replace(theirs, ours))
            .replace("target/release/nowgraph", "nowgraph");
        let got = shell(&workplace, &format!("{export}; {meant}"));
        let got = addresses.iter().fold(got, |text, (theirs, ours)| text.replace(ours, theirs));
        check(&command, &got, &output);
    }
}
