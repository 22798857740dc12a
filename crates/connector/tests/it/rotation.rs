use connector::IncidentSource;
use model::{HealthStatus, RunStatus};
use serde_json::json;
use snow_sim::Simulator;

use crate::desk::{ANN, Desk};

/// The instance has another client secret from now on.
async fn exchange(desk: &Desk, secret: &str) {
    let known = Simulator::CREDENTIALS;
    let client = json!({"client_id": known.client_id, "client_secret": secret, "user": known.user});
    let url = format!("http://{}/_sim/clients", desk.rig.sim.address());
    let answer = desk.rig.http.post(url).body(client.to_string()).send().await.unwrap();
    assert!(answer.status().is_success());
}

async fn works(desk: &Desk, when: &str) {
    let list = desk.ask(ANN).await;
    assert_eq!((list.source, list.reason.as_deref()), (IncidentSource::Live, None), "{when}");
    assert_eq!(desk.rig.pass().await.status, RunStatus::Succeeded, "{when}");
    assert_eq!(desk.rig.health().await.status, HealthStatus::Verified, "{when}");
    desk.rig.wait(60);
}

/// From the change at the instance to that of the credential the token is good that was there.
#[tokio::test]
async fn a_client_secret_is_exchanged_without_a_gap() {
    let desk = Desk::with_token().await;
    works(&desk, "before").await;
    let tokens = desk.requests("/oauth_token.do");
    exchange(&desk, "second").await;
    works(&desk, "the instance has another one").await;
    assert_eq!(desk.requests("/oauth_token.do"), tokens);
    desk.rig.put(&json!({"kind": "clientCredentials", "clientSecret": "second"})).await;
    works(&desk, "so has the connection").await;
    assert_eq!(desk.requests("/oauth_token.do"), tokens + 1, "it is tried at once");

    // Without it there is an end with the token.
    exchange(&desk, "third").await;
    desk.rig.wait(1800);
    assert_eq!(desk.ask(ANN).await.source, IncidentSource::Cache);
    assert_eq!(desk.rig.pass().await.status, RunStatus::Failed);
    assert_eq!(desk.rig.health().await.status, HealthStatus::SignInNeeded);
    desk.rig.put(&json!({"kind": "clientCredentials", "clientSecret": "third"})).await;
    works(&desk, "the right one").await;
}

/// Somebody who has a token asks again and again while the secret is exchanged.
#[tokio::test]
async fn nobody_notices_that_a_credential_is_exchanged() {
    let desk = Desk::with_token().await;
    let exchanging = async {
        for _ in 0..5 {
            let secret = Simulator::CREDENTIALS.client_secret;
            desk.rig.put(&json!({"kind": "clientCredentials", "clientSecret": secret})).await;
        }
    };
    let asking = async {
        for _ in 0..20 {
            assert_eq!(desk.ask(ANN).await.source, IncidentSource::Live);
        }
    };
    tokio::join!(asking, exchanging);
}
