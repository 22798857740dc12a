//! Medians and ratios as a table.

use std::fmt;
use std::time::Duration;

use crate::load::Rate;

/// Both rivals in one round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) measured: Rate,
    pub(crate) possible: Rate,
}

/// All rounds.
#[derive(Debug, Default)]
pub(crate) struct Report {
    samples: Vec<(&'static str, Vec<Sample>)>,
    /// Rows per second that SQLite commits one by one.
    pub(crate) disk_single: Vec<f64>,
    /// The same with as many rows per commit as there are clients.
    pub(crate) disk_grouped: Vec<f64>,
}

impl Report {
    pub(crate) fn add(&mut self, workload: &'static str, sample: Sample) {
        match self.samples.iter_mut().find(|(name, _)| *name == workload) {
            Some((_, samples)) => samples.push(sample),
            None => self.samples.push((workload, vec![sample])),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<16}{:>10}{:>12}{:>12}{:>12}{:>10}{:>8}",
            "", "per second", "p50", "p99", "ceiling", "p99", "ratio"
        )?;
        for (name, samples) in &self.samples {
            let of = |value: fn(&Sample) -> f64| median(samples.iter().map(value).collect());
            writeln!(
                f,
                "{name:<16}{:>10.0}{:>9.2} ms{:>9.2} ms{:>12.0}{:>7.2} ms{:>8.3}",
                of(|sample| sample.measured.per_second),
                of(|sample| milliseconds(sample.measured.p50)),
                of(|sample| milliseconds(sample.measured.p99)),
                of(|sample| sample.possible.per_second),
                of(|sample| milliseconds(sample.possible.p99)),
                of(|sample| sample.measured.per_second / sample.possible.per_second),
            )?;
        }
        let Some((_, patches)) = self.samples.iter().find(|(name, _)| *name == "PATCH") else {
            return Ok(());
        };
        for (label, rates) in
            [("1 row", &self.disk_single), ("as many rows as clients", &self.disk_grouped)]
        {
            let ratios =
                patches.iter().zip(rates).map(|(patch, rate)| patch.measured.per_second / rate);
            writeln!(
                f,
                "PATCH to SQLite alone, {label} per commit: {:.2} of {:.0} rows per second",
                median(ratios.collect()),
                median(rates.clone()),
            )?;
        }
        Ok(())
    }
}

pub(crate) fn mebibytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn outlier_does_not_move_the_median() {
        assert!((median(vec![1.0, 900.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
