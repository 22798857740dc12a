use connector::{IncidentSource, UserIncident, UserIncidentList};
use model::IncidentText;

use crate::output::{harmless, time};

const HEADS: [&str; 5] = ["NUMBER", "OPENED", "STATE", "PRIORITY", "SHORT DESCRIPTION"];

/// A line an incident, and below them how they came to be known.
pub(super) fn of(list: &UserIncidentList) -> String {
    let mut lines = Vec::new();
    if !list.incidents.is_empty() {
        let rows = list.incidents.iter().map(cells);
        let rows: Vec<_> = [HEADS.map(str::to_owned)].into_iter().chain(rows).collect();
        let widths = [0, 1, 2, 3].map(|column| width(&rows, column));
        lines.extend(rows.iter().map(|row| line(row, widths)));
        lines.push(String::new());
    }
    let as_of = list.as_of.map_or("never".to_owned(), time);
    let source = match list.source {
        IncidentSource::Live => format!("{} at {as_of}", list.source.name()),
        IncidentSource::Cache => format!("{} of {as_of}", list.source.name()),
    };
    let tried = list.matching.tried.iter();
    let tried: Vec<_> = tried.map(|tried| format!("{} {}", tried.column, tried.found)).collect();
    let tried = if tried.is_empty() { String::new() } else { format!(" ({})", tried.join(", ")) };
    lines.push(format!("source  {source}"));
    lines.push(format!("match   {}{tried}", list.matching.status.name()));
    if let Some(reason) = &list.reason {
        lines.push(format!("reason  {}", harmless(reason)));
    }
    if list.next.is_some() {
        lines.push(format!("more    only the newest {} are shown", UserIncidentList::MOST));
    }
    lines.join("\n")
}

fn cells(row: &UserIncident) -> [String; 5] {
    let texts = &row.incident.texts;
    let text = |text| texts.get(text).map(harmless);
    let labelled = |label, value| text(label).or_else(|| text(value));
    let opened = row.incident.opened.value().map(time);
    [
        text(IncidentText::Number),
        opened,
        labelled(IncidentText::StateLabel, IncidentText::State),
        labelled(IncidentText::PriorityLabel, IncidentText::Priority),
        text(IncidentText::ShortDescription),
    ]
    .map(|cell| cell.unwrap_or_else(|| "-".to_owned()))
}

fn width(rows: &[[String; 5]], column: usize) -> usize {
    rows.iter()
        .filter_map(|row| row.get(column))
        .map(|cell| cell.chars().count())
        .max()
        .unwrap_or(0)
}

fn line(
    [number, opened, state, priority, description]: &[String; 5],
    widths: [usize; 4],
) -> String {
    let [a, b, c, d] = widths;
    format!("{number:<a$}  {opened:<b$}  {state:<c$}  {priority:<d$}  {description}")
}
