use super::{Example, check, examples, shell};
use crate::program::Workplace;

#[test]
fn the_examples_of_the_simulated_instance_are_true() {
    let page = include_str!("../../../../../docs/simulator.md");
    let start = page.lines().find_map(|line| line.strip_prefix("$ nowgraph ")).unwrap();
    let workplace = Workplace::sqlite();
    let arguments: Vec<_> = start.split_whitespace().chain(["--listen", "127.0.0.1:0"]).collect();
    let simulator = workplace.start(&arguments);
    let examples = examples(page);
    assert!(examples.len() >= 2, "{examples:?}");
    for Example { command, output } in examples {
        let meant = command.replace("127.0.0.1:8090", &simulator.address);
        check(&command, &shell(&workplace, &meant), &output);
    }
}
