use std::collections::BTreeMap;

use model::{Incident, IncidentText};

use super::names::Names;
use crate::StoreError;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// Keeps what the callers of these incidents are called now. Few change, so little is written.
pub(crate) async fn learn<'i>(
    tx: &mut Tx<'_>,
    connection: [Param; 2],
    incidents: impl Iterator<Item = &'i Incident> + Send,
) -> Result<(), StoreError> {
    let mut told = BTreeMap::new();
    for incident in incidents {
        if let Some(id) = incident.texts.get(IncidentText::CallerId).filter(|id| !id.is_empty()) {
            told.insert(id, incident);
        }
    }
    let ids: Vec<_> = told.keys().map(|id| vec![Param::from(*id)]).collect();
    let stored = tx.query_each(&LOAD_CALLERS, &connection, &ids).await?;
    let stored: BTreeMap<_, _> = stored.into_iter().map(read).collect::<Result<_, _>>()?;
    let (mut saved, mut new_words, mut old_words) = (Vec::new(), Vec::new(), Vec::new());
    for (id, incident) in told {
        let known = stored.get(id);
        let names = Names::of(incident, known);
        if known == Some(&names) {
            continue;
        }
        let (now, before) = (names.words(), known.map(Names::words).unwrap_or_default());
        new_words.extend(now.difference(&before).map(|word| vec![word.into(), id.into()]));
        old_words.extend(before.difference(&now).map(|word| vec![word.into(), id.into()]));
        saved.push(params(id, &names));
    }
    tx.execute_each(&SAVE_CALLER, &connection, &saved).await?;
    tx.execute_each(&DELETE_CALLER_WORD, &connection, &old_words).await?;
    tx.execute_each(&INSERT_CALLER_WORD, &connection, &new_words).await.map(drop)
}

fn params(id: &str, names: &Names) -> Vec<Param> {
    let Names { name, user_principal_name, email } = names;
    let words = names.search_text();
    vec![id.into(), name.into(), user_principal_name.into(), email.into(), words.as_str().into()]
}

fn read(mut row: Row) -> Result<(String, Names), StoreError> {
    let id = row.text("caller.caller_id")?;
    let names = Names {
        name: row.text("caller.name")?,
        user_principal_name: row.text("caller.user_principal_name")?,
        email: row.text("caller.email")?,
    };
    Ok((id, names))
}

pub(crate) const LOAD_CALLERS: Statement = Statement::each(
    "SELECT caller_id, name, user_principal_name, email FROM caller
     WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $3",
    "SELECT caller_id, name, user_principal_name, email FROM caller
     WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = ANY($3)",
);

pub(crate) const SAVE_CALLER: Statement = Statement::each(
    "INSERT INTO caller
     (tenant_id, connection_id, caller_id, name, user_principal_name, email, words)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant_id, connection_id, caller_id) DO UPDATE SET
     name = excluded.name, user_principal_name = excluded.user_principal_name,
     email = excluded.email, words = excluded.words",
    "INSERT INTO caller
     (tenant_id, connection_id, caller_id, name, user_principal_name, email, words)
     SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), page.*
     FROM unnest($3::TEXT[], $4::TEXT[], $5::TEXT[], $6::TEXT[], $7::TEXT[]) AS page
     ON CONFLICT (tenant_id, connection_id, caller_id) DO UPDATE SET
     name = excluded.name, user_principal_name = excluded.user_principal_name,
     email = excluded.email, words = excluded.words",
);

pub(crate) const INSERT_CALLER_WORD: Statement = Statement::each(
    "INSERT INTO caller_word (tenant_id, connection_id, word, caller_id)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    "INSERT INTO caller_word (tenant_id, connection_id, word, caller_id)
     SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), page.*
     FROM unnest($3::TEXT[], $4::TEXT[]) AS page ON CONFLICT DO NOTHING",
);

pub(crate) const DELETE_CALLER_WORD: Statement = Statement::each(
    "DELETE FROM caller_word
     WHERE tenant_id = $1 AND connection_id = $2 AND word = $3 AND caller_id = $4",
    "DELETE FROM caller_word USING unnest($3::TEXT[], $4::TEXT[]) AS gone (word, caller_id)
     WHERE tenant_id = $1 AND connection_id = $2 AND caller_word.word = gone.word
     AND caller_word.caller_id = gone.caller_id",
);
