use serde_json::json;
use snow_sim::UnknownFields;

use crate::site::Site;

/// Four incidents with known answers.
async fn site() -> Site {
    let site = Site::with(0).await;
    let caller = site.get("/api/now/table/sys_user?sysparm_query=user_name=admin").await.rows()[0]
        ["sys_id"]
        .clone();
    for (number, state, priority, text, by) in [
        ("A1", "1", "1", "Printer jams", caller.as_str().unwrap()),
        ("A2", "2", "3", "printer on ^fire", ""),
        ("A3", "6", "5", "", ""),
        ("A4", "7", "10", "VPN drops", caller.as_str().unwrap()),
    ] {
        let set = json!({"number": number, "state": state, "priority": priority, "short_description": text,
            "caller_id": by, "active": if state == "7" { "false" } else { "true" },
            "opened_at": format!("2026-05-0{state} 10:00:00"), "sys_class_name": "incident"});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    site
}

/// Checks 19, 20 and 21.
#[tokio::test]
async fn encoded_queries_find_what_they_say() {
    let site = site().await;
    for (query, expected) in QUERIES {
        let query = url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        let rows = site.list(&format!("sysparm_query={query}&sysparm_fields=number")).await;
        let mut found: Vec<&str> = rows.iter().map(|row| row["number"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), expected, "{query}");
    }
    let ordered =
        site.list("sysparm_query=ORDERBYactive^ORDERBYDESCpriority&sysparm_fields=number").await;
    let numbers: Vec<&str> = ordered.iter().map(|row| row["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["A4", "A3", "A2", "A1"]);
    for (pairs, number) in
        [("state=1", 1), ("state=closed", 1), ("caller_id=System+Administrator&active=true", 1)]
    {
        assert_eq!(site.list(pairs).await.len(), number, "{pairs}");
    }
    site.sim.settings(|settings| settings.ignore_case = false);
    assert!(site.list("sysparm_query=short_description=PRINTER JAMS").await.is_empty());
}

/// Queries, and what they find.
const QUERIES: [(&str, &str); 64] = [
    ("", "A1 A2 A3 A4"),
    ("state=1", "A1"),
    ("state!=1", "A2 A3 A4"),
    ("state>2", "A3 A4"),
    ("state>-1", "A1 A2 A3 A4"),
    ("stateIN1,10,", "A1"),
    ("state>=2", "A2 A3 A4"),
    ("state<6", "A1 A2"),
    ("state<=6", "A1 A2 A3"),
    ("priority>5", "A4"),
    ("stateIN1,7", "A1 A4"),
    ("stateIN1, 7", "A1 A4"),
    ("stateNOT IN1,7", "A2 A3"),
    ("short_descriptionLIKEprint", "A1 A2"),
    ("short_description*print", "A1 A2"),
    ("short_descriptionNOT LIKEprint", "A3 A4"),
    ("short_description!*print", "A3 A4"),
    ("short_descriptionSTARTSWITHPRINT", "A1 A2"),
    ("short_descriptionENDSWITHdrops", "A4"),
    ("short_description%drops", "A4"),
    ("short_descriptionISEMPTY", "A3"),
    ("short_descriptionISNOTEMPTY", "A1 A2 A4"),
    ("short_descriptionEMPTYSTRING", "A3"),
    ("stateANYTHING", "A1 A2 A3 A4"),
    ("stateBETWEEN2@6", "A2 A3"),
    ("opened_atBETWEEN2026-05-02 00:00:00@2026-05-06 23:00:00", "A2 A3"),
    ("stateSAMEASpriority", "A1"),
    ("stateNSAMEASpriority", "A2 A3 A4"),
    ("active=true^state=1^ORstate=2", "A1 A2"),
    ("active=false^ORstate=1^priority=1", "A1"),
    ("state=1^NQstate=7", "A1 A4"),
    ("state=1^NQactive=true^priority=3^EQ", "A1 A2"),
    ("short_description=printer on ^^fire", "A2"),
    ("short_description=PRINTER JAMS", "A1"),
    ("caller_id.email=ADMIN@contoso.example", "A1 A4"),
    ("caller_id.user_name=admin^active=true", "A1"),
    ("caller_idLIKESystem", "A1 A4"),
    ("caller_idISEMPTY", "A2 A3"),
    ("caller_id=javascript:gs.getUserID()", "A1 A4"),
    ("opened_at>=2026-05-06", "A3 A4"),
    ("opened_at<2026-05-02 10:00:00", "A1"),
    ("opened_at>javascript:gs.daysAgoStart(26)", "A3 A4"),
    (TODAY, "A2"),
    ("resolved_atNOTONx@2026-05-01@2026-05-03^state=1", ""),
    ("opened_atNOTONToday@2026-05-02 00:00:00@2026-05-02 23:59:59", "A1 A3 A4"),
    ("opened_atDATEPARTThursday@javascript:gs.datePart('dayofweek','thursday','GT')", "A1 A2"),
    ("opened_atDATEPARTMay@javascript:gs.datePart('month','may','LT')", ""),
    ("priorityGT_FIELDstate", "A2 A4"),
    ("priorityLT_OR_EQUALS_FIELDstate", "A1 A3"),
    ("priority>9", "A4"),
    ("short_description>printer jams", "A2 A4"),
    ("short_description<=printer jams", "A1"),
    ("opened_atRELATIVEGT@dayofweek@ago@26", "A4"),
    ("opened_atRELATIVEGE@hour@ago@626", "A3 A4"),
    ("opened_atRELATIVELT@month@ago@1", "A1"),
    ("opened_atRELATIVELE@year@ahead@1", "A1 A2 A3 A4"),
    ("caller_idDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "A1 A4"),
    ("sys_class_nameINSTANCEOFtask^state=6", "A3"),
    ("sys_class_nameINSTANCEOFcmdb_ci", ""),
    ("state>", "A1 A2 A3 A4"),
    ("state=1^nonsenseMATCH_RGX1", "A1"),
    ("state=1^stateSAMEASnonsense", "A1"),
    ("state=1^hello world", "A1"),
    ("ORDERBYsys_created_on^", "A1 A2 A3 A4"),
];

/// Every column is ordered as it is compared, and a walk by keys sees all.
#[tokio::test]
async fn the_order_of_rows_is_that_of_comparisons() {
    let site = Site::with(0).await;
    let values = ["", "2", "10", "Ab", "aa", "b", "10", "INC0010001", "-1", "inc"];
    for (at, value) in values.iter().enumerate() {
        let set = json!({"number": format!("N{at}"), "subcategory": value, "reopen_count": value});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    for (field, expected) in [
        ("subcategory", ",-1,10,10,2,aa,ab,b,inc,inc0010001"),
        ("reopen_count", ",-1,2,10,10,aa,ab,b,inc,inc0010001"),
    ] {
        let seen = async |query: String| {
            let rows = site.list(&format!("sysparm_query={query}&sysparm_fields={field}")).await;
            let texts = rows.iter().map(|row| row[field].as_str().unwrap().to_lowercase());
            texts.collect::<Vec<_>>()
        };
        let up = seen(format!("ORDERBY{field}")).await;
        assert_eq!(up.join(","), expected);
        let mut down = seen(format!("ORDERBYDESC{field}")).await;
        down.reverse();
        assert_eq!(down, up);
        let filled = &up[1..];
        let number = |text: &&String| field == "subcategory" || text.parse::<i64>().is_ok();
        for value in filled.iter().filter(number) {
            let place = filled.iter().position(|other| other == value).unwrap();
            let after = filled.iter().rposition(|other| other == value).unwrap() + 1;
            assert_eq!(seen(format!("{field}<{value}^ORDERBY{field}")).await, filled[..place]);
            assert_eq!(seen(format!("{field}>{value}^ORDERBY{field}")).await, filled[after..]);
            let inside = seen(format!("{field}BETWEEN{value}@{value}")).await;
            assert_eq!(inside, filled[place..after]);
        }
    }
}

/// The second of May, as Los Angeles counts.
const TODAY: &str = "opened_atONThat day@javascript:gs.dateGenerate('2026-05-02','start')\
                     @javascript:gs.dateGenerate('2026-05-02','end')";

#[tokio::test]
async fn what_is_not_simulated_is_refused_loudly() {
    refused(&[
        "opened_atDATEPARTWeek 1@javascript:gs.datePart('week','1','EE')",
        "stateDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','EE')",
        "numberGT_FIELDstate",
        "opened_atNOTONToday",
        "opened_at>=01/02/2026",
        "opened_at>=2026-13-01",
        "opened_at=2026-01-01T00:00:00Z",
        "opened_atBETWEEN2026-01-01@soon",
        "numberRELATIVEGT@hour@ago@1",
        "numberONToday@a@b",
        "state=1^NQ",
        "state=1^NQORDERBYnumber",
        "opened_atONToday",
        "opened_atBETWEEN2026-01-01",
        "opened_atRELATIVEGT@fortnight@ago@1",
        "opened_atRELATIVEEE@month@ago@1",
        "caller_idDYNAMICd6435e965f510100a9ad2572f2b47744",
        "123TEXTQUERY321=printer",
        "RLQUERYsys_user_has_role.user,>0^ENDRLQUERY",
        "caller_id=javascript:current.caller_id",
        "javascript:'active=true^'",
        "short_descriptionNOT STARTSWITHprinter",
        "short_descriptionNOT EMPTY",
        "stateNOT_IN1,2",
        "stateIS 1",
        "state<>1",
        "short_descriptionREGEXP.*a",
        "short_descriptionMATCH_RGX.*",
        "caller_id.emailMATCH_PATa*",
        "state=1^ORstateHIERARCHY1",
        "GOTOnumber>=INC",
        "GROUPBYstate",
        "sys_idINSUBQUERYx",
        "SUBQUERYcaller_id,sys_user.sys_id^ENDSUBQUERY",
        "caller_idIN_HIERARCHYx@y",
        "opened_atSAMEASclosed_at@day",
        "opened_atMORETHANclosed_at@day@before@1",
        "active=1",
        "active!=yes",
        "activeINtrue,1",
        "stateIN",
        "stateNOT IN",
        "short_descriptionLIKE",
        "short_descriptionSTARTSWITH",
        "stateBETWEEN1@",
        "stateISEMPTY1",
        "stateANYTHING1",
        "ORstate=1",
        "state=1^NQORstate=2",
        "caller_id.user_password=snow-sim",
        "caller_id.user_passwordSTARTSWITHs",
        "caller_id.user_passwordISEMPTY",
        "caller_id.nameSAMEAScaller_id.user_password",
        "ORDERBYcaller_id.user_password",
        "stateVALCHANGES",
        "stateCHANGESFROM4",
        "stateCHANGESTO4",
    ])
    .await;
}

#[tokio::test]
async fn comparisons_that_a_column_does_not_know_are_refused_loudly() {
    refused(&[
        "state>1.5",
        "state=01",
        "state=1.0",
        "state=closed",
        "state!=-0",
        "state<=abc",
        "stateBETWEENa@b",
        "stateBETWEEN1@007",
        "stateIN1,x",
        "stateNOT IN02",
        "sys_mod_count>+1",
        "sys_mod_count=99999999999999999999",
        "activeLIKEtr",
        "activeNOT LIKEtr",
        "activeSTARTSWITHt",
        "active%e",
        "active>false",
        "active<=true",
        "activeBETWEENfalse@true",
        "opened_atINsoon",
        "opened_atNOT IN2026-01-01,2026-02-30",
        "opened_atLIKE2025",
        "opened_atSTARTSWITH2025",
        "opened_atENDSWITH00",
        "opened_at!*2025",
    ])
    .await;
}

async fn refused(queries: &[&str]) {
    let site = site().await;
    for query in queries {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let said = site.get(&format!("/api/now/table/incident?sysparm_query={query}")).await;
        assert_eq!(
            (said.status, said.header("x-snow-sim")),
            (501, Some("not-simulated")),
            "{query}"
        );
    }
}

/// Check 18.
#[tokio::test]
async fn an_unknown_field_is_ignored_or_empties_or_is_forbidden() {
    let site = site().await;
    let path = "/api/now/table/incident?sysparm_query=nonsense=1^state=1&sysparm_fields=number";
    assert_eq!(site.get(path).await.rows().len(), 1);
    site.sim.settings(|settings| settings.unknown_fields = UnknownFields::NoRows);
    assert_eq!(site.get(path).await.rows().len(), 0);
    site.sim.settings(|settings| settings.unknown_fields = UnknownFields::Forbid);
    let said = site.get(path).await;
    assert_eq!(
        (said.status, &said.json()["error"]["message"]),
        (403, &"Insufficient rights to query records".into())
    );
    let ordered = "/api/now/table/incident?sysparm_query=state=1^ORDERBYnonsense";
    for (mode, status) in
        [(UnknownFields::Forbid, 403), (UnknownFields::NoRows, 200), (UnknownFields::Ignore, 200)]
    {
        site.sim.settings(|settings| settings.unknown_fields = mode);
        let said = site.get(ordered).await;
        assert_eq!(said.status, status, "{mode:?}");
        assert!(status != 200 || said.rows().len() == 1, "{mode:?}: {}", said.text);
    }
}

/// A day is its first second, however a list writes it.
#[tokio::test]
async fn a_list_of_times_is_compared_as_times() {
    let site = Site::with(0).await;
    for (number, at) in [("A", "2026-01-01 00:00:00"), ("B", "2026-01-01 00:00:01"), ("C", "")] {
        let set = json!({"number": number, "closed_at": at});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    for (query, expected) in [
        ("closed_atIN2026-01-01", "A"),
        ("closed_atIN2026-01-01 00:00:01, 2026-01-01", "A,B"),
        ("closed_atNOT IN2026-01-01", "B,C"),
        ("closed_atIN2026-01-01,", "A,C"),
    ] {
        let fields = "sysparm_fields=number&sysparm_query=ORDERBYnumber^";
        let rows = site.list(&format!("{fields}{query}")).await;
        let found: Vec<&str> = rows.iter().map(|row| row["number"].as_str().unwrap()).collect();
        assert_eq!(found.join(","), expected, "{query}");
    }
}
