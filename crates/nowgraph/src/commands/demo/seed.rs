use model::{
    Activity, AuthenticationMethod, Author, Connection, ConnectionDraft, ConnectionId,
    ConnectionStatus, OauthSecret, PlainHttpHosts, TenantId, Timestamp,
};
use store::Store;
use uuid::Uuid;

/// Tenant of the demo.
pub(super) const TENANT: TenantId =
    TenantId::from_uuid(Uuid::from_u128(0x11111111_1111_1111_1111_111111111111));

/// Who the printed token is for.
pub(super) const ADMINISTRATOR: &str = "admin@contoso.example";

/// The connection that bears the id of Microsoft's reference page.
pub(super) const DOCUMENTED: ConnectionId =
    ConnectionId::from_uuid(Uuid::from_u128(0x315bc12c_c12c_315b_2cc1_5b312cc15b31));

/// Who does all this, in audit records.
pub(super) fn author() -> Author {
    Author { actor: "demo".to_owned(), application: "nowgraph".to_owned() }
}

/// Writes the connections that are not there yet.
pub(super) async fn connections(store: &Store, now: Timestamp) -> anyhow::Result<()> {
    for (id, host, status) in SEEDS {
        let id = ConnectionId::from_uuid(Uuid::from_u128(id));
        if store.load_connection(TENANT, id).await?.is_some() {
            continue;
        }
        let draft = ConnectionDraft {
            instance_url: Some(format!("https://{host}.service-now.com")),
            incident_api_url: Some("/api/now/table/incident".to_owned()),
            authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
                app_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
            })),
            status: Some(status),
            last_queried: None,
        };
        let connection = Connection::create(draft, (TENANT, id), now, &PlainHttpHosts::default())?;
        let event = author().record(Activity::Create, &connection, Vec::new(), now);
        store.insert_connection(connection, event).await?;
    }
    Ok(())
}

const SEEDS: [(u128, &str, ConnectionStatus); 3] = [
    (0x315bc12c_c12c_315b_2cc1_5b312cc15b31, "contoso", ConnectionStatus::Disabled),
    (0x7c4b8a10_52a4_4d6e_9a3f_0d2b6f1e8c22, "contosodev", ConnectionStatus::Disabled),
    (0xb19f3d5e_8a07_4f6b_b0c4_2e7d9a5c1f33, "fabrikam", ConnectionStatus::Disabled),
];
