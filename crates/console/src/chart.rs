//! Bars over time, drawn here: geometry for a template that makes SVG of it, and the same figures as
//! a table for whoever does not see them.

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Of what the bars are made, from the bottom up.
    pub(crate) series: Vec<Series>,
    /// In order of time.
    pub(crate) spans: Vec<Span>,
    /// What is marked below the bars, where something is.
    pub(crate) marked: Option<&'static str>,
}

/// A kind of what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) label: String,
    /// The class of the style sheet that gives it its colour.
    pub(crate) class: &'static str,
}

/// A span of time, and how much of each series is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) label: String,
    pub(crate) counts: Vec<u64>,
    pub(crate) marks: u64,
}

/// The drawing. Lengths are in thousandths of the height, and in [`Chart::STEP`]s of the width.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chart {
    pub(crate) width: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) legend: Vec<Entry>,
    /// What marks are, and how many there are.
    pub(crate) marked: Option<(&'static str, String)>,
    /// The numbers beside the upper line and the one in the middle.
    pub(crate) top: String,
    pub(crate) middle: String,
    /// All of it in a sentence.
    pub(crate) summary: String,
}

/// The bars of a span, one on the other.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) label: String,
    /// For the pointer that rests on it.
    pub(crate) told: String,
    pub(crate) x: usize,
    pub(crate) bars: Vec<Bar>,
    pub(crate) counts: Vec<String>,
    pub(crate) marks: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) y: u64,
    pub(crate) height: u64,
    pub(crate) class: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) class: &'static str,
    pub(crate) total: String,
}

/// Colours for series that have none of their own; behind the last it begins anew.
const COLOURS: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];

/// The class of the series at a place.
pub(crate) fn colour(place: usize) -> &'static str {
    COLOURS.iter().cycle().nth(place % COLOURS.len()).copied().unwrap_or_default()
}

impl Chart {
    /// The height of the drawing.
    pub(crate) const HEIGHT: u64 = 1000;
    /// From one column to the next, and what of it is left free.
    pub(crate) const STEP: usize = 100;
    pub(crate) const GAP: usize = 16;
    /// What is there is seen, however little it is.
    const LEAST: u64 = 14;

    /// Draws it; `None` where there is nothing to draw. `unit` is what is counted, in the plural.
    pub(crate) fn of(figures: &Figures, unit: &str) -> Option<Self> {
        let total_of = |span: &Span| span.counts.iter().sum::<u64>();
        let marks: u64 = figures.spans.iter().map(|span| span.marks).sum();
        let highest = figures.spans.iter().map(total_of).max();
        let top = round_up(highest.filter(|highest| *highest + marks > 0)?);
        let summary = summary(figures, unit);
        let legend = figures.series.iter().enumerate().map(|(place, series)| {
            let counts = figures.spans.iter().filter_map(|span| span.counts.get(place));
            let total = grouped(counts.sum());
            Entry { label: series.label.clone(), class: series.class, total }
        });
        let legend = legend.collect();
        let columns = figures.spans.iter().enumerate();
        let columns = columns.map(|(place, span)| column(figures, (place, span), top));
        Some(Self {
            width: figures.spans.len() * Self::STEP,
            columns: columns.collect(),
            legend,
            marked: figures.marked.map(|label| (label, grouped(marks))),
            top: grouped(top),
            middle: if top.is_multiple_of(2) { grouped(top / 2) } else { String::new() },
            summary,
        })
    }

    pub(crate) fn first(&self) -> &str {
        self.columns.first().map_or("", |column| column.label.as_str())
    }

    pub(crate) fn last(&self) -> &str {
        self.columns.last().map_or("", |column| column.label.as_str())
    }
}

fn column(figures: &Figures, (place, span): (usize, &Span), top: u64) -> Column {
    let mut reached = Chart::HEIGHT;
    let mut bars = Vec::new();
    let mut told = vec![span.label.clone()];
    for (series, count) in figures.series.iter().zip(&span.counts).filter(|(_, count)| **count > 0)
    {
        let height = (count.saturating_mul(Chart::HEIGHT) / top).max(Chart::LEAST).min(reached);
        reached -= height;
        bars.push(Bar { y: reached, height, class: series.class });
        told.push(format!("{}: {}", series.label, grouped(*count)));
    }
    if let Some(label) = figures.marked.filter(|_| span.marks > 0) {
        told.push(format!("{label}: {}", grouped(span.marks)));
    }
    Column {
        label: span.label.clone(),
        told: told.join("\n"),
        x: place * Chart::STEP + Chart::GAP / 2,
        bars,
        counts: span.counts.iter().copied().map(grouped).collect(),
        marks: span.marks,
    }
}

fn summary(figures: &Figures, unit: &str) -> String {
    let totals = figures.spans.iter().map(|span| span.counts.iter().sum::<u64>());
    let all: u64 = totals.clone().sum();
    let most = figures.spans.iter().zip(totals).rev().max_by_key(|(_, total)| *total);
    let ends = figures.spans.first().zip(figures.spans.last());
    let (Some((first, last)), Some((span, total))) = (ends, most) else { return String::new() };
    let mut parts = vec![format!("{} {unit} from {} to {}", grouped(all), first.label, last.label)];
    if all > 0 {
        parts.push(format!("most of them, {}, in {}", grouped(total), span.label));
    }
    let marks: u64 = figures.spans.iter().map(|span| span.marks).sum();
    if let Some(label) = figures.marked.filter(|_| marks > 0) {
        parts.push(format!("{}: {}", label.to_lowercase(), grouped(marks)));
    }
    format!("{}.", parts.join("; "))
}

/// The next of 1, 2, 4, 5, 6, 8, 10 times a power of ten, so that half of it is a round number too.
fn round_up(highest: u64) -> u64 {
    let power = 10_u64.pow(highest.checked_ilog10().unwrap_or_default());
    let steps = [1, 2, 4, 5, 6, 8].map(|step| power.saturating_mul(step));
    let found = steps.into_iter().find(|step| *step >= highest);
    found.unwrap_or_else(|| power.saturating_mul(10)).max(2)
}

/// With a space, which does not break, between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(counts: &[[u64; 2]]) -> Figures {
        let series = [("New", "c1"), ("Closed", "c2")];
        let series = series.map(|(label, class)| Series { label: label.to_owned(), class });
        let spans = counts.iter().enumerate().map(|(place, counts)| Span {
            label: format!("day {place}"),
            counts: counts.to_vec(),
            marks: 0,
        });
        Figures { series: series.to_vec(), spans: spans.collect(), marked: None }
    }

    #[test]
    fn nothing_is_not_drawn() {
        assert_eq!(Chart::of(&figures(&[]), "rows"), None);
        assert_eq!(Chart::of(&figures(&[[0, 0]]), "rows"), None);
    }

    #[test]
    fn bars_stand_on_each_other_and_stay_within() {
        let chart = Chart::of(&figures(&[[300, 100], [0, 1], [0, 0]]), "rows").unwrap();
        assert_eq!((chart.top.as_str(), chart.middle.as_str()), ("400", "200"));
        assert_eq!(chart.width, 300);
        let bars: Vec<Vec<_>> = chart
            .columns
            .iter()
            .map(|column| column.bars.iter().map(|bar| (bar.class, bar.y, bar.height)).collect())
            .collect();
        let little = Chart::HEIGHT - Chart::LEAST;
        assert_eq!(
            bars,
            [vec![("c1", 250, 750), ("c2", 0, 250)], vec![("c2", little, Chart::LEAST)], vec![]]
        );
        assert_eq!(chart.columns[0].told, "day 0\nNew: 300\nClosed: 100");
        assert_eq!(chart.columns[1].x, 108);
        assert_eq!(chart.summary, "401 rows from day 0 to day 2; most of them, 400, in day 0.");
        let totals: Vec<_> = chart.legend.iter().map(|entry| entry.total.as_str()).collect();
        assert_eq!(totals, ["300", "101"]);
    }

    #[test]
    fn marks_are_told_where_there_is_no_bar() {
        let mut figures = figures(&[[0, 0], [0, 0]]);
        figures.marked = Some("Failed passes");
        figures.spans[1].marks = 2;
        let chart = Chart::of(&figures, "rows").unwrap();
        assert_eq!(chart.summary, "0 rows from day 0 to day 1; failed passes: 2.");
        assert_eq!(chart.columns[1].told, "day 1\nFailed passes: 2");
        assert_eq!(chart.marked, Some(("Failed passes", "2".to_owned())));
    }

    #[test]
    fn the_line_above_is_a_round_number() {
        for (highest, expect) in
            [(1, 2), (2, 2), (3, 4), (7, 8), (9, 10), (10, 10), (11, 20), (801, 1000), (4321, 5000)]
        {
            assert_eq!(round_up(highest), expect, "{highest}");
        }
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn there_is_a_colour_at_every_place() {
        assert_eq!([0, 7, 8].map(colour), ["c1", "c8", "c1"]);
    }
}
