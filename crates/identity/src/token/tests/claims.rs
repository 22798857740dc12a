use super::*;

#[test]
fn claims_are_judged_one_by_one() {
    let other = "00000000-0000-4000-8000-000000000001";
    let personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = |iss: &str| TokenRejection::Issuer(iss.to_owned());
    let audience = |aud: &[&str]| {
        TokenRejection::Audience(aud.iter().map(|each| (*each).to_owned()).collect())
    };
    let cases = [
        (
            json!({ "iss": "https://login.example/common/v2.0" }),
            issuer("https://login.example/common/v2.0"),
        ),
        (
            json!({ "iss": format!("https://evil.example/{TENANT}/v2.0") }),
            issuer(&format!("https://evil.example/{TENANT}/v2.0")),
        ),
        (
            json!({ "iss": format!("https://login.example/{TENANT}/v2.0/") }),
            issuer(&format!("https://login.example/{TENANT}/v2.0/")),
        ),
        (json!({ "tid": other }), issuer(&format!("https://login.example/{TENANT}/v2.0"))),
        (json!({ "tid": null }), TokenRejection::Tenant(None)),
        (json!({ "tid": "contoso" }), TokenRejection::Tenant(Some("contoso".to_owned()))),
        (
            json!({ "tid": personal, "iss": format!("https://login.example/{personal}/v2.0") }),
            TokenRejection::PersonalAccount,
        ),
        (
            json!({ "aud": "https://graph.microsoft.com" }),
            audience(&["https://graph.microsoft.com"]),
        ),
        (json!({ "aud": "api://nowgraph//" }), audience(&["api://nowgraph//"])),
        (json!({ "aud": [] }), audience(&[])),
        (json!({ "exp": NOW - 300 }), TokenRejection::Expired(at(NOW - 300))),
        (json!({ "nbf": NOW + 301 }), TokenRejection::NotYetValid(at(NOW + 301))),
        (json!({ "typ": "ID" }), TokenRejection::NotAccessToken("ID".to_owned())),
        (json!({ "typ": "Refresh" }), TokenRejection::NotAccessToken("Refresh".to_owned())),
    ];
    for (changes, expect) in cases {
        refused(&token(&changes), &expect);
    }
}

#[test]
fn of_several_faults_the_first_is_told() {
    let faults = json!({ "exp": NOW - 3600, "aud": "x", "iss": "https://evil.example" });
    refused(&token(&faults), &TokenRejection::Expired(at(NOW - 3600)));
    let faults = json!({ "aud": "x", "iss": "https://evil.example" });
    refused(&token(&faults), &TokenRejection::Audience(vec!["x".to_owned()]));
}

#[test]
fn tolerated_variants_are_accepted() {
    for changes in [
        json!({ "aud": "api://nowgraph/" }),
        json!({ "aud": ["other", "api://nowgraph"] }),
        json!({ "exp": NOW - 299 }),
        json!({ "nbf": NOW + 300 }),
        json!({ "nbf": null, "iat": null }),
        json!({ "exp": 1_800_000_100.5 }),
        json!({ "typ": "Bearer" }),
    ] {
        assert!(judge(&token(&changes)).is_ok(), "{changes}");
    }
}

#[test]
fn unusable_claims_are_refused() {
    for changes in [
        json!({ "exp": null }),
        json!({ "exp": "1900000000" }),
        json!({ "exp": 1e300 }),
        json!({ "exp": i64::MAX }),
        json!({ "nbf": "now" }),
        json!({ "aud": null }),
        json!({ "aud": 5 }),
        json!({ "iss": null }),
        json!({ "iss": ["https://login.example"] }),
        json!({ "scp": ["a"] }),
        json!({ "roles": { "a": 1 } }),
    ] {
        let rejection = judge(&token(&changes)).unwrap_err();
        assert!(matches!(rejection, TokenRejection::Claims(_)), "{changes}: {rejection}");
    }
    let doubled = claims().to_string().replacen('{', r#"{"tid":"x","#, 1);
    let message = format!("{}.{}", part(&header(&KEY)), URL_SAFE_NO_PAD.encode(doubled));
    let signature = KEY.signature(message.as_bytes()).unwrap();
    let rejection = judge(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))).unwrap_err();
    assert!(matches!(rejection, TokenRejection::Claims(_)), "{rejection}");
}

#[test]
fn our_own_tokens_expire_to_the_second() {
    let own = Policy { leeway: Leeway::OWN, ..policy() };
    let token = token(&json!({ "exp": NOW + 10 }));
    assert!(verify(&token, &keys(), at(NOW + 9), &own).is_ok());
    let expired = TokenRejection::Expired(at(NOW + 10));
    assert_eq!(verify(&token, &keys(), at(NOW + 10), &own), Err(expired));
}

#[test]
fn issuers_of_one_tenant_accept_no_other() {
    let v1 = format!("https://sts.windows.example/{TENANT}/");
    let policy = Policy { issuer: IssuerPattern::new(&v1), ..policy() };
    let judge = |changes: Value| verify(&token(&changes), &keys(), at(NOW), &policy);
    assert!(judge(json!({ "iss": v1 })).is_ok());
    let bare = v1.trim_end_matches('/');
    assert_eq!(judge(json!({ "iss": bare })), Err(TokenRejection::Issuer(bare.to_owned())));
    let other = "00000000-0000-4000-8000-000000000001".to_owned();
    assert_eq!(judge(json!({ "iss": v1, "tid": other })), Err(TokenRejection::Tenant(Some(other))));
}

#[test]
fn only_listed_tenants_are_accepted() {
    let tenant: model::TenantId = TENANT.parse().unwrap();
    let other = model::TenantId::from_uuid(uuid::Uuid::from_u128(1));
    let judge =
        |tenants| verify(&token(&json!({})), &keys(), at(NOW), &Policy { tenants, ..policy() });
    assert!(judge(vec![other, tenant]).is_ok());
    assert_eq!(judge(vec![other]), Err(TokenRejection::TenantNotAllowed(tenant)));
}

/// The middle column: what the token makes of the caller; then reading and writing.
#[test]
fn the_kind_of_access_is_told_in_the_safe_order() {
    let admin = json!([INTUNE_ADMINISTRATOR, "b79fbf4d-3ef9-4689-8143-76b194e85509", "junk"]);
    let none = json!(null);
    let cases = [
        // Tokens without any right are sound; 403 comes later.
        (json!({ "roles": none }), "app", false, false),
        (json!({ "roles": none, "idtyp": none }), "user", false, false),
        (json!({ "roles": [READ] }), "app", true, false),
        (json!({ "idtyp": none }), "app", true, true),
        // A user's app roles do not stand in for scopes.
        (json!({ "idtyp": none, "scp": READ, "wids": admin }), "user", true, false),
        (json!({ "idtyp": "user", "scp": READ, "wids": admin }), "user", true, false),
        (json!({ "idtyp": "user", "wids": admin }), "user", false, false),
        (json!({ "idtyp": "device" }), "user", false, false),
        // An ID token: `roles` without a client.
        (json!({ "idtyp": none, "azp": none }), "user", false, false),
        (json!({ "idtyp": none, "azp": none, "appid": "v1" }), "app", true, true),
        (json!({ "idtyp": none, "scp": READ_WRITE, "wids": none }), "user", true, false),
        (
            json!({ "idtyp": none, "scp": READ_WRITE, "wids": ["IntuneAdministrator"] }),
            "user",
            true,
            false,
        ),
        (
            json!({ "idtyp": none, "scp": format!("openid {READ_WRITE}"), "wids": admin }),
            "user",
            true,
            true,
        ),
        // An application's token is not widened by scopes.
        (json!({ "idtyp": "app", "roles": none, "scp": READ_WRITE }), "app", false, false),
    ];
    for (changes, kind, read, write) in cases {
        let principal = judge(&token(&changes)).unwrap().principal;
        let found = match &principal.caller {
            Caller::Application { .. } => "app",
            Caller::User { .. } => "user",
        };
        let allowed = |access| authorize(&principal, access).is_ok();
        let rights = (allowed(Access::ReadConnections), allowed(Access::WriteConnections));
        assert_eq!((found, rights), (kind, (read, write)), "{changes}");
    }
}

#[test]
fn names_never_authorize() {
    let user = judge(&token(&json!({
        "idtyp": "user",
        "scp": READ_WRITE,
        "upn": "GlobalAdministrator",
        "email": "admin@contoso.example",
    })));
    let principal = user.unwrap().principal;
    assert!(matches!(
        authorize(&principal, Access::WriteConnections),
        Err(Denied::MissingRole { .. })
    ));
    let Caller::User { name, roles, .. } = principal.caller else { panic!("not a user") };
    assert_eq!((name.as_deref(), roles), (Some("GlobalAdministrator"), Vec::new()));
}

#[test]
fn claims_of_other_issuers_are_mapped() {
    let tenant = TENANT.parse().unwrap();
    let mapping = ClaimMapping {
        tenant: Some(tenant),
        permissions: vec![ClaimGrant::new(
            "scope",
            "connections",
            READ_WRITE.parse::<Permission>().unwrap(),
        )],
        roles: vec![ClaimGrant::new(
            "realm_access.roles",
            "connector-admin",
            DirectoryRole::IntuneAdministrator,
        )],
    };
    let issuer = "https://keycloak.example/realms/contoso";
    let policy = Policy { issuer: IssuerPattern::new(issuer), mapping, ..policy() };
    let keycloak = json!({
        "iss": issuer, "tid": null, "oid": null, "idtyp": null, "roles": null,
        "scope": "openid connections",
        "realm_access": { "roles": ["connector-admin"] },
        "preferred_username": "ada",
    });
    let principal = verify(&token(&keycloak), &keys(), at(NOW), &policy).unwrap().principal;
    assert_eq!(principal.tenant, tenant);
    assert_eq!(authorize(&principal, Access::WriteConnections), Ok(()));
    let expect = Caller::User {
        object_id: "pairwise".to_owned(),
        name: Some("ada".to_owned()),
        roles: vec![DirectoryRole::IntuneAdministrator],
    };
    assert_eq!(principal.caller, expect);
    let foreign = with(keycloak, &json!({ "tid": "00000000-0000-4000-8000-000000000001" }));
    let rejection = verify(&token(&foreign), &keys(), at(NOW), &policy).unwrap_err();
    assert!(matches!(rejection, TokenRejection::Tenant(_)), "{rejection}");
}
