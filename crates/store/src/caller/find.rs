use model::TenantId;
use odata::search::words;

use crate::operation::Operation;
use crate::query::Dialect;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// A user who has incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The word by which the user was found, as words are compared.
    pub word: String,
    /// `callerName`
    pub name: String,
    /// `callerUserPrincipalName`
    pub user_principal_name: String,
    /// `callerEmail`
    pub email: String,
}

impl Store {
    /// Callers at all connections of a tenant one of whose names has, for each word of the text, a
    /// word that begins like it; in the order of the words that the longest one finds, `limit` of
    /// each connection at most.
    pub async fn find_callers(
        &self,
        tenant: TenantId,
        text: &str,
        limit: u32,
    ) -> Result<Vec<Caller>, StoreError> {
        let mut words: Vec<_> = words(text).iter().map(|word| word.as_str().to_owned()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words.dedup();
        match words.split_first() {
            None => Ok(Vec::new()),
            Some((first, others)) => {
                let (first, others) = (first.clone(), others.to_vec());
                self.backend().scan(Find { tenant, first, others, limit }).await
            }
        }
    }
}

struct Find {
    tenant: TenantId,
    /// Found by the index.
    first: String,
    /// Looked for in what is found.
    others: Vec<String>,
    limit: u32,
}

impl Operation for Find {
    type Output = Vec<Caller>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Caller>, StoreError> {
        let tenant = Param::from(self.tenant.to_string());
        let text = statement(tx.dialect(), self.others.len());
        let mut found = Vec::new();
        for mut row in tx.query(&CONNECTION_IDS, std::slice::from_ref(&tenant)).await? {
            let connection = row.text("connection.connection_id")?;
            let mut params = vec![
                tenant.clone(),
                connection.into(),
                (&self.first).into(),
                format!("{}{END}", self.first).into(),
                i64::from(self.limit).into(),
            ];
            params.extend(self.others.iter().map(|word| Param::from(format!(" {word}"))));
            let rows = tx.query_text(&text, &params).await?;
            found.extend(rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?);
        }
        found.sort_by(|one, other| one.word.cmp(&other.word));
        Ok(found)
    }
}

/// Behind every word with the same beginning.
const END: char = '\u{10ffff}';

/// Along the key of `caller_word`. Whoever has no incident left is passed over.
pub(crate) fn statement(dialect: Dialect<'_>, others: usize) -> String {
    let position = dialect.position();
    let others = (6..6 + others)
        .map(|number| format!(" AND {position}(caller.words, ${number}) > 0"))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "SELECT found.word, caller.name, caller.user_principal_name, caller.email
         FROM caller_word AS found JOIN caller ON caller.tenant_id = found.tenant_id
         AND caller.connection_id = found.connection_id AND caller.caller_id = found.caller_id
         WHERE found.tenant_id = $1 AND found.connection_id = $2
         AND found.word >= $3 AND found.word < $4{others}
         AND EXISTS (SELECT 1 FROM incident WHERE incident.tenant_id = $1
                     AND incident.connection_id = $2 AND incident.caller_id = found.caller_id
                     AND incident.removed IS NULL)
         ORDER BY found.word, found.caller_id LIMIT $5"
    )
}

fn read(mut row: Row) -> Result<Caller, StoreError> {
    Ok(Caller {
        word: row.text("caller_word.word")?,
        name: row.text("caller.name")?,
        user_principal_name: row.text("caller.user_principal_name")?,
        email: row.text("caller.email")?,
    })
}

pub(crate) const CONNECTION_IDS: Statement = Statement::new(
    "SELECT connection_id FROM connection WHERE tenant_id = $1 ORDER BY connection_id",
);
