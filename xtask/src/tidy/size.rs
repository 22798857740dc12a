//! The size budget of files: most are small, none is a dump.

use crate::source::Source;

const MOST: usize = 600;
const AT_95_PERCENT: usize = 400;
const MEDIAN: usize = 150;

pub(crate) fn breaches(files: &[Source]) -> Vec<String> {
    let program = files.iter().filter(|file| !file.is_test());
    let sizes: Vec<_> = program.map(|file| (file.program_lines(), file)).collect();
    let mut breaches: Vec<_> = sizes
        .iter()
        .filter(|(lines, _)| *lines > MOST)
        .map(|(lines, file)| {
            format!("{}: {lines} lines before its tests; {MOST} at most", file.path.display())
        })
        .collect();
    let mut lines: Vec<_> = sizes.iter().map(|(lines, _)| *lines).collect();
    lines.sort_unstable();
    for (percent, limit) in [(50, MEDIAN), (95, AT_95_PERCENT)] {
        let found = percentile(&lines, percent);
        if found > limit {
            breaches
                .push(format!("{percent} % of the files may have {limit} lines; found {found}"));
        }
    }
    breaches
}

/// The value that this percentage of sorted values does not exceed.
pub(crate) fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{breaches, percentile};
    use crate::source::Source;

    fn files(sizes: &[usize]) -> Vec<Source> {
        let file = |lines: &usize| Source { path: "a.rs".into(), text: "x\n".repeat(*lines) };
        sizes.iter().map(file).collect()
    }

    #[test]
    fn each_limit_is_kept() {
        let check = |sizes: &[usize], expect| assert_eq!(breaches(&files(sizes)).len(), expect);
        check(&[], 0);
        check(&[150], 0);
        check(&[151], 1);
        check(&[10, 10, 10, 401], 1);
        check(&[[10; 20].as_slice(), &[600]].concat(), 0);
        check(&[[10; 20].as_slice(), &[601]].concat(), 1);
    }

    #[test]
    fn percentile_is_the_nearest_rank() {
        let values: Vec<_> = (1..=100).collect();
        assert_eq!(percentile(&values, 50), 50);
        assert_eq!(percentile(&values, 95), 95);
        assert_eq!(percentile(&[7], 95), 7);
        assert_eq!(percentile(&[], 50), 0);
    }
}
