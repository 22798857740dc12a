use model::TenantId;
use odata::expr::{Expr, OrderBy, TypeCast};
use odata::search::Search;
use odata::value::{Structured, Value};

use super::list::List;
use super::related::{Count, Find};
use super::{Entities, Related};
use crate::Store;
use crate::operation::Operation;
use crate::query::{Dialect, ListError, ListQuery, Listed, RelatedQuery, Relation, Table};
use crate::transaction::Tx;

/// A navigation property to follow from entities that were found before.
#[derive(Debug, Clone)]
pub struct Expansion {
    /// Place of the expansion whose entities it begins at; without one, at those of the list.
    pub parent: Option<usize>,
    /// The table of the entities that it begins at.
    pub owner: &'static Table,
    /// Only entities of all of these types have it.
    pub casts: Vec<TypeCast>,
    /// The relation behind it.
    pub relation: &'static Relation,
    /// What it leads to.
    pub entities: &'static Entities,
    /// Only those for which it is true.
    pub filter: Option<Expr>,
    /// Only those whose text matches.
    pub search: Option<Search>,
    /// What to sort by.
    pub order: Vec<OrderBy>,
    /// How many to leave out of each entity's.
    pub skip: u64,
    /// How many to read of each entity's at most; `None` for none at all.
    pub limit: Option<u64>,
    /// Whether to count those of each entity.
    pub count: bool,
}

/// What an expansion found.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The entities, in order.
    pub entities: Vec<Related<Structured>>,
    /// Their numbers; an entity without any is left out.
    pub counts: Vec<Related<i64>>,
}

/// Entities, and for each expansion what it found.
#[derive(Debug)]
pub struct Expanded {
    /// The entities where all begins.
    pub listed: Listed<Structured>,
    /// In the order of the expansions.
    pub found: Vec<Found>,
}

impl Store {
    /// Finds entities of a tenant and what is related to them, all of one moment. Each expansion
    /// is a query, whatever the number of entities.
    pub async fn list_expanded(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ListQuery<'_>,
        expansions: Vec<Expansion>,
    ) -> Result<Expanded, ListError> {
        let tenant = tenant.to_string();
        let dialect = self.backend().dialect();
        for expansion in &expansions {
            // What is refused does not depend on what is found.
            expansion.find(dialect, &tenant, &[])?;
        }
        let list = List::new(dialect, &tenant, entities, query)?;
        self.backend().scan(Expand { store: self.clone(), tenant, list, expansions }).await
    }
}

struct Expand {
    /// Knows the letters of its server, which filters may depend on.
    store: Store,
    tenant: String,
    list: List,
    expansions: Vec<Expansion>,
}

impl Operation for Expand {
    type Output = Expanded;
    type Error = ListError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Expanded, ListError> {
        let listed = self.list.run(tx).await?;
        self.follow(tx, listed).await
    }
}

impl Expand {
    async fn follow(
        &self,
        tx: &mut Tx<'_>,
        listed: Listed<Structured>,
    ) -> Result<Expanded, ListError> {
        let mut found: Vec<Found> = Vec::with_capacity(self.expansions.len());
        for expansion in &self.expansions {
            let keys = match expansion.parent {
                None => expansion.keys(listed.items.iter()),
                Some(parent) => {
                    let owners = found.get(parent).into_iter().flat_map(|found| &found.entities);
                    expansion.keys(owners.map(|related| &related.found))
                }
            };
            found.push(self.one(tx, expansion, &keys).await?);
        }
        Ok(Expanded { listed, found })
    }

    async fn one(
        &self,
        tx: &mut Tx<'_>,
        expansion: &Expansion,
        keys: &[Vec<Value>],
    ) -> Result<Found, ListError> {
        let mut found = Found::default();
        if keys.is_empty() {
            return Ok(found);
        }
        let (count, find) = expansion.find(self.store.backend().dialect(), &self.tenant, keys)?;
        if let Some(count) = count {
            found.counts = count.run(tx).await?;
        }
        if let Some(find) = find {
            found.entities = find.run(tx).await?;
        }
        Ok(found)
    }
}

impl Expansion {
    /// Whether an entity has the property.
    pub fn begins_at(&self, entity: &Structured) -> bool {
        self.casts.iter().all(|cast| cast.admits(&entity.type_name))
    }

    fn keys<'e>(&self, owners: impl Iterator<Item = &'e Structured>) -> Vec<Vec<Value>> {
        let owners = owners.filter(|owner| self.begins_at(owner));
        owners.map(|owner| self.owner.key_of(owner)).collect()
    }

    fn find(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        keys: &[Vec<Value>],
    ) -> Result<(Option<Count>, Option<Find>), ListError> {
        let query = RelatedQuery {
            owner: self.owner,
            relation: self.relation,
            keys,
            filter: self.filter.as_ref(),
            search: self.search.as_ref(),
            order: &self.order,
            skip: self.skip,
            limit: self.limit.unwrap_or(0),
        };
        let count = self.count.then(|| Count::new(dialect, tenant, &query)).transpose()?;
        let find = self.limit.map(|_| Find::new(dialect, tenant, self.entities, &query));
        Ok((count, find.transpose()?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{Clock, Rng, Timestamp};
    use odata::edm::TypeName;
    use testkit::TestDatabase;
    use uuid::Uuid;

    use super::*;
    use crate::MasterKey;
    use crate::query::{Column, ColumnKind};

    const fn table(name: &'static str, relations: &'static [Relation]) -> Table {
        Table {
            name,
            columns: &[Column { path: "id", sql: "id", kind: ColumnKind::Int64, nullable: false }],
            key: &["id"],
            casts: &[],
            types: None,
            relations,
            search: None,
        }
    }

    static LEAF: Table = table("leaf", &[]);
    static TREE: Table = table(
        "tree",
        &[Relation { path: "leaves", target: &LEAF, on: &[("id", "tree_id")], many: true }],
    );
    static LEAVES: Entities =
        Entities { table: &LEAF, ty: TypeName::from_static("test", "leaf"), complex: &[] };
    static TREES: Entities =
        Entities { table: &TREE, ty: TypeName::from_static("test", "tree"), complex: &[] };

    /// Another connection writes between the first query and the second.
    struct Disturbed {
        expand: Expand,
        database: Arc<TestDatabase>,
    }

    impl Operation for Disturbed {
        type Output = Expanded;
        type Error = ListError;

        async fn run(&self, tx: &mut Tx<'_>) -> Result<Expanded, ListError> {
            let listed = self.expand.list.run(tx).await?;
            let tenant = &self.expand.tenant;
            self.database
                .execute(&format!("INSERT INTO leaf VALUES ('{tenant}', 2, 1); DELETE FROM tree"));
            self.expand.follow(tx, listed).await
        }
    }

    #[tokio::test]
    async fn a_write_in_between_is_not_seen_half() {
        for database in TestDatabase::both() {
            let tenant = TenantId::from_uuid(Uuid::from_u128(1));
            database.execute(&format!(
                "CREATE TABLE tree (tenant_id TEXT, id BIGINT);
                 CREATE TABLE leaf (tenant_id TEXT, id BIGINT, tree_id BIGINT);
                 INSERT INTO tree VALUES ('{tenant}', 1);
                 INSERT INTO leaf VALUES ('{tenant}', 1, 1)"
            ));
            let url = database.url().parse().unwrap();
            let master = MasterKey::generate(&Zero);
            let store = Store::open(&url, master, Arc::new(Zero), Arc::new(Zero)).await.unwrap();
            let leaves = Expansion {
                parent: None,
                owner: &TREE,
                casts: vec![],
                relation: &TREE.relations[0],
                entities: &LEAVES,
                filter: None,
                search: None,
                order: vec![],
                skip: 0,
                limit: Some(10),
                count: true,
            };
            let query = ListQuery { limit: 10, count: true, ..ListQuery::default() };
            let list =
                List::new(store.backend().dialect(), &tenant.to_string(), &TREES, &query).unwrap();
            let expand = Expand {
                store: store.clone(),
                tenant: tenant.to_string(),
                list,
                expansions: vec![leaves.clone()],
            };
            let database = Arc::new(database);
            let disturbed = Disturbed { expand, database: Arc::clone(&database) };
            let before = store.backend().scan(disturbed).await.unwrap();
            assert_eq!((before.listed.items.len(), before.listed.count), (1, Some(1)));
            assert_eq!(before.found[0].entities.len(), 1);
            assert_eq!(before.found[0].counts[0].found, 1);
            let after = store.list_expanded(tenant, &TREES, &query, vec![leaves]).await.unwrap();
            assert_eq!((after.listed.items.len(), after.listed.count), (0, Some(0)));
            assert_eq!(after.found[0], Found::default());
        }
    }

    #[derive(Debug)]
    struct Zero;

    impl Rng for Zero {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    impl Clock for Zero {
        fn now(&self) -> Timestamp {
            Timestamp::from_unix_seconds(0).unwrap()
        }
    }
}
