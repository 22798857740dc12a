//! What is asked of incidents.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::multiply::FETCHED;
use crate::http::{self, Connection};
use crate::workload::Workload;

const PATH: &str = "/connector/v1/incidents";
/// Clients at the same time. More would wait for the processors, and not for the database.
const CLIENTS: usize = 4;
/// Persons whose incidents a client asks for, one after the other.
const PERSONS: usize = 16;
const PAGE: u32 = 50;

/// Makes the requests; positions deep in the table are asked for.
pub(super) async fn prepare(address: SocketAddr, token: &str, rows: u32) -> Result<Vec<Workload>> {
    let mut asking = Asking { connection: Connection::open(address).await?, token };
    let persons = asking.persons().await?;
    let get = |target: String| http::request("GET", &target, token, "");
    let of_person = |id: &String| {
        get(list(&format!("$filter=callerId%20eq%20'{id}'&$orderby=openedDateTime%20desc")))
    };
    let of_persons = |ids: &[String]| ids.iter().map(of_person).collect();
    let same = |name, target: String| {
        let requests = vec![vec![get(target)]; CLIENTS];
        Workload { name, requests }
    };
    let open =
        "$filter=state%20eq%20'2'%20and%20priority%20eq%20'3'&$orderby=openedDateTime%20desc";
    let number = format!("$search=INC{:07}", 10_000 + rows.min(FETCHED) / 2);
    let deep = rows / 2;
    let list_of_device = asking.device().await?;
    Ok(vec![
        Workload {
            name: "one person",
            requests: persons.chunks(PERSONS).map(of_persons).collect(),
        },
        same("newest", list("$orderby=openedDateTime%20desc")),
        same("state, priority", list(open)),
        same("state, counted", list("$filter=state%20eq%20'2'&$count=true")),
        same("count of state", format!("{PATH}/$count?$filter=state%20eq%20'2'")),
        same("number", list("$filter=number%20eq%20'INC0010050'")),
        same("search, common", list("$search=printer")),
        same("search, rare", list(&number)),
        same("oldest", list("$orderby=openedDateTime")),
        same("device", list_of_device),
        same("count of all", format!("{PATH}/$count")),
        same("deep, changed", asking.behind("", deep).await?),
        same("deep, newest", asking.behind("$orderby=openedDateTime%20desc&", deep).await?),
    ])
}

fn list(options: &str) -> String {
    format!("{PATH}?{options}&$top={PAGE}")
}

/// Finds out what to ask.
struct Asking<'t> {
    connection: Connection,
    token: &'t str,
}

impl Asking<'_> {
    async fn get(&mut self, target: &str) -> Result<Value> {
        let request = http::request("GET", target, self.token, "");
        let answer = self.connection.send(&request).await?;
        if answer.status != 200 {
            bail!("{target}: {} {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(serde_json::from_slice(answer.body)?)
    }

    /// The list of a device that has incidents.
    async fn device(&mut self) -> Result<String> {
        let named = "$filter=configurationItemSerialNumber%20gt%20''&$top=1";
        let answer = self.get(&format!("{PATH}?{named}")).await?;
        let serial = answer.pointer("/value/0/configurationItemSerialNumber");
        let serial = serial.and_then(Value::as_str).context("no device")?;
        Ok(format!("/connector/v1/deviceIncidents?device={serial}&$top={PAGE}"))
    }

    /// Ids of as many as the clients ask for.
    async fn persons(&mut self) -> Result<Vec<String>> {
        let most = CLIENTS * PERSONS;
        let target =
            format!("{PATH}?$apply=filter(callerId%20ne%20'')/groupby((callerId))&$top={most}");
        let answer = self.get(&target).await?;
        let rows = answer.get("value").and_then(Value::as_array).context("no rows")?;
        let ids = rows.iter().filter_map(|row| row.get("callerId")?.as_str());
        Ok(ids.map(str::to_owned).collect())
    }

    /// The page behind so many rows, by the position of the last.
    async fn behind(&mut self, options: &str, rows: u32) -> Result<String> {
        let skip = rows - PAGE;
        let answer = self.get(&format!("{PATH}?{options}$skip={skip}&$top={PAGE}")).await?;
        let link = answer.get("@odata.nextLink").and_then(Value::as_str).context("no next page")?;
        let at = link.find(PATH).context("another path")?;
        Ok(link.get(at..).unwrap_or_default().to_owned())
    }
}
