use std::str::FromStr as _;

use crate::{
    ApiPath, Condition, Failure, Field, Group, Order, Page, PageRequest, Query, Row, SysId, Text,
};

/// Somebody on the instance.
///
/// Source: ServiceNow, "User tables", table `sys_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `sys_id`
    pub sys_id: SysId,
    /// `user_name`; empty where it may not be read, and so below.
    pub user_name: String,
    /// `email`
    pub email: String,
    /// `name`
    pub name: String,
    /// `active`. Incidents of people who left are still theirs.
    pub active: bool,
}

/// Whom the instance found by the value of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundUsers {
    /// All who have the value, in any letter case. E-mail addresses are not unique.
    pub users: Vec<User>,
    /// Rows that came although they have another value: the instance compares loosely, or did
    /// not understand the condition.
    pub others: usize,
}

/// More people do not share an e-mail address.
const MOST: u32 = 50;

const SYS_ID: Field = Field::constant("sys_id");
const USER_NAME: Field = Field::constant("user_name");
const EMAIL: Field = Field::constant("email");
const NAME: Field = Field::constant("name");
const ACTIVE: Field = Field::constant("active");

/// The request for users whose column has the value.
pub(crate) fn request(column: &Field, value: &Text) -> PageRequest {
    let mut fields = vec![SYS_ID, USER_NAME, EMAIL, NAME, ACTIVE];
    if !fields.contains(column) {
        fields.push(column.clone());
    }
    let has_value = Condition::equal(column.clone(), value.clone());
    let query = Query::from(Group::new().and(has_value)).order_by(Order::Ascending(SYS_ID));
    PageRequest::new(ApiPath::table(&Field::constant("sys_user")), query, fields, MOST)
}

/// Reads the answer, and believes no row that it did not check.
pub(crate) async fn read(
    page: &mut Page,
    column: &Field,
    value: &Text,
) -> Result<FoundUsers, Failure> {
    let mut found = FoundUsers::default();
    let wanted = value.as_str().to_lowercase();
    while let Some(row) = page.next().await? {
        let has = row.value(column).is_some_and(|have| have.to_lowercase() == wanted);
        match user(&row).filter(|_| has) {
            Some(user) => found.users.push(user),
            None => found.others += 1,
        }
    }
    if found.users.is_empty() && found.others > 0 {
        return Err(Failure::ConditionIgnored { field: column.as_str().to_owned() });
    }
    Ok(found)
}

fn user(row: &Row) -> Option<User> {
    let text = |field: &Field| row.value(field).unwrap_or_default().to_owned();
    Some(User {
        sys_id: SysId::from_str(row.value(&SYS_ID)?).ok()?,
        user_name: text(&USER_NAME),
        email: text(&EMAIL),
        name: text(&NAME),
        active: row.value(&ACTIVE) == Some("true"),
    })
}
