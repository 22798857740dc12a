//! Makes many rows of few, by the database alone: to fetch a million takes most of a measurement.

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use crate::nowgraph::Program;
use crate::postgres;

/// So many rows are fetched; the others are made of them.
pub(super) const FETCHED: u32 = 100_000;

/// Copies all incidents until there are so many. Each copy has numbers, persons and times of its own.
pub(super) async fn multiply(
    program: &Program,
    made: Option<&postgres::Database>,
    rows: u32,
) -> Result<()> {
    let copies = 1..rows.div_ceil(FETCHED);
    if let Some(made) = made {
        let columns = made.columns("incident").await?;
        for copy in copies {
            made.execute(&statement(&columns, copy)).await?;
        }
        return Ok(());
    }
    let database = Connection::open(program.file().context("no file")?)?;
    let mut names = database.prepare("SELECT name FROM pragma_table_info('incident')")?;
    let columns: Vec<String> = names.query_map((), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for copy in copies {
        database.execute_batch(&statement(&columns, copy))?;
    }
    Ok(())
}

/// Copies are told by a sign behind what was fetched.
fn statement(columns: &[String], copy: u32) -> String {
    let value = |name: &String| match name.as_str() {
        "sys_id" | "number" | "caller_id" => format!("{name} || 'x{copy}'"),
        "opened" | "updated" => format!("{name} + {copy}"),
        "words" => format!("replace(words, lower(number), lower(number) || 'x{copy}')"),
        name => name.to_owned(),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    format!(
        "INSERT INTO incident ({}) SELECT {} FROM incident WHERE sys_id NOT LIKE '%x%'",
        columns.join(", "),
        values.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_differs_in_what_tells_rows_apart() {
        let columns = ["tenant_id", "sys_id", "opened", "words"].map(str::to_owned);
        assert_eq!(
            statement(&columns, 2),
            "INSERT INTO incident (tenant_id, sys_id, opened, words) SELECT tenant_id, sys_id || 'x2', \
             opened + 2, replace(words, lower(number), lower(number) || 'x2') FROM incident \
             WHERE sys_id NOT LIKE '%x%'"
        );
    }
}
