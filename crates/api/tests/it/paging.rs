use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS};

use crate::scene::{Scene, query};

async fn with_rows(mut scene: Scene, count: usize) -> Scene {
    for number in 0..count {
        let url = format!("https://{number}.service-now.com");
        scene.row(&json!({"instanceUrl": url})).await;
    }
    scene
}

#[tokio::test]
async fn links_lead_through_every_row_once() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 5).await;
        for (top, pages) in [("1", 5), ("2", 3), ("4", 2), ("5", 1), ("1000", 1), ("999999999", 1)]
        {
            let found = scene.all_pages(&[("$top", top)]).await;
            assert_eq!(found, ("abcde".to_owned(), pages), "{top}");
        }
        let none = scene.list(&[("$top", "0"), ("$count", "true")]).await.expect(200).json();
        assert_eq!((&none["value"], &none["@odata.count"]), (&json!([]), &json!(5)));
        assert_eq!(none.get("@odata.nextLink"), None);
    }
}

#[tokio::test]
async fn a_link_repeats_what_was_asked_and_serves_any_client() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 3).await;
        let path = format!(
            "{CONNECTIONS}?%24TOP=1&$select=id&count=true&filter=not%20contains(instanceUrl,'a%2Bb')&x=%C3%A4"
        );
        let mut page = scene.call("GET", &path).send().await.expect(200);
        let mut letters = scene.letters_of(&page);
        while let Some(next) = Scene::next(&page) {
            assert!(next.starts_with(&format!("{path}&$skiptoken=")), "{next}");
            page = scene.call("GET", &next).header("accept", "*/*").send().await.expect(200);
            assert_eq!(page.json()["@odata.count"], 3);
            assert_eq!(page.json()["value"][0].get("instanceUrl"), None);
            assert!(
                page.header("content-type").starts_with("application/json;odata.metadata=minimal")
            );
            letters += &scene.letters_of(&page);
        }
        assert_eq!(letters, "abc");
    }
}

#[tokio::test]
async fn a_preferred_page_size_holds_for_the_pages_behind() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 3).await;
        for prefer in ["odata.maxpagesize=1", "maxpagesize=1"] {
            let call = scene.call("GET", CONNECTIONS).header("prefer", prefer);
            let mut page = call.send().await.expect(200);
            assert_eq!(page.header("preference-applied"), prefer);
            let mut letters = scene.letters_of(&page);
            while let Some(next) = Scene::next(&page) {
                page = scene.call("GET", &next).send().await.expect(200);
                assert_eq!(scene.letters_of(&page).len(), 1);
                letters += &scene.letters_of(&page);
            }
            assert_eq!(letters, "abc");
        }
        let larger = scene.call("GET", &format!("{CONNECTIONS}?$top=1"));
        let page = larger.header("prefer", "maxpagesize=2").send().await.expect(200);
        assert_eq!(scene.letters_of(&page), "a");
    }
}

/// Rows come, go and change on every page; those that keep their place appear exactly once.
#[tokio::test]
async fn rows_that_keep_their_place_appear_once_whatever_happens_beside_them() {
    for order in ["instanceUrl", "instanceUrl desc", "createdDateTime", "createdDateTime desc"] {
        for scene in Scene::both().await {
            let scene = with_rows(scene, 8).await;
            let passing =
                |n: usize| json!({"instanceUrl": format!("https://{n}5.service-now.com")});
            let mut gone = vec![scene.create(&passing(9)).await, scene.create(&passing(0)).await];
            let options = [("$orderby", order), ("$top", "3")];
            let mut next = Some(format!("{CONNECTIONS}{}", query(&options)));
            let mut seen = String::new();
            let mut step = 0;
            while let Some(path) = next.take() {
                let page = scene.call("GET", &path).send().await.expect(200);
                seen += &scene.letters_of(&page);
                next = Scene::next(&page);
                scene.server.clock.advance_seconds(1);
                for id in gone.drain(..) {
                    scene.delete(&id).await.expect(204);
                }
                for n in [0, step, 7] {
                    gone.push(scene.create(&passing(n)).await);
                }
                step += 1;
                assert!(step < 40, "the pages do not end");
            }
            let mut kept: Vec<char> = seen.chars().filter(|letter| *letter != '?').collect();
            kept.sort_unstable();
            assert_eq!(kept, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], "{order}");
        }
    }
}

#[tokio::test]
async fn the_page_behind_a_deleted_row_begins_where_it_was() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 4).await;
        let page = scene.list(&[("$top", "2")]).await.expect(200);
        for row in page.json()["value"].as_array().unwrap() {
            scene.delete(row["id"].as_str().unwrap()).await.expect(204);
        }
        let next = scene.call("GET", &Scene::next(&page).unwrap()).send().await.expect(200);
        assert_eq!((scene.letters_of(&next).as_str(), Scene::next(&next)), ("cd", None));
    }
}

#[tokio::test]
async fn now_in_a_filter_goes_with_the_clock_from_page_to_page() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 3).await;
        let options = [("$filter", "createdDateTime le now()"), ("$top", "1")];
        let first = scene.list(&options).await.expect(200);
        scene.server.clock.advance_seconds(600);
        let second = scene.call("GET", &Scene::next(&first).unwrap()).send().await.expect(200);
        let third = scene.call("GET", &Scene::next(&second).unwrap()).send().await.expect(200);
        let letters = [first, second, third].map(|page| scene.letters_of(&page)).concat();
        assert_eq!(letters, "abc");
    }
}

#[tokio::test]
async fn a_token_serves_only_the_question_it_was_made_for() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 3).await;
        let filter = "serviceNowConnectionStatus eq 'disabled'";
        let page = scene.list(&[("$filter", filter), ("$top", "1")]).await.expect(200);
        let token = token(&page);
        let with = |filter: &'static str, order: &'static str, token: String| {
            let mut options = vec![("$top", "2"), ("$skiptoken", token.as_str())];
            options.extend((!filter.is_empty()).then_some(("$filter", filter)));
            options.extend((!order.is_empty()).then_some(("$orderby", order)));
            scene.call("GET", &format!("{CONNECTIONS}{}", query(&options))).send()
        };
        assert_eq!(scene.letters_of(&with(filter, "", token.clone()).await.expect(200)), "bc");
        let refused = [
            with("true", "", token.clone()).await,
            with("", "", token.clone()).await,
            with(filter, "id", token.clone()).await,
            with(filter, "createdDateTime desc", token.clone()).await,
            with(filter, "", format!("{token}A")).await,
            with(filter, "", token.get(1..).unwrap().to_owned()).await,
            with(filter, "", token.to_lowercase()).await,
            with(filter, "", String::new()).await,
            with(filter, "", "null".to_owned()).await,
            with(filter, "", "1' OR '1'='1".to_owned()).await,
        ];
        for answer in refused {
            answer.error(400, "BadRequest");
        }
    }
}

#[tokio::test]
async fn a_token_changed_in_any_place_is_refused() {
    let scene = with_rows(Scene::sqlite().await, 2).await;
    let token = token(&scene.list(&[("$top", "1")]).await.expect(200));
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        scene.list(&[("$top", "1"), ("$skiptoken", &changed)]).await.error(400, "BadRequest");
    }
}

/// The skip token of a page that is not the last.
fn token(page: &Answer) -> String {
    let next = Scene::next(page).expect("a link");
    next.rsplit_once("skiptoken=").expect("a token").1.to_owned()
}

#[tokio::test]
async fn the_count_is_of_all_rows_on_every_page() {
    for scene in Scene::both().await {
        let scene = with_rows(scene, 3).await;
        let options = [("$top", "1"), ("$count", "true"), ("$skip", "1")];
        let first = scene.list(&options).await.expect(200);
        let next = scene.call("GET", &Scene::next(&first).unwrap()).send().await.expect(200);
        let both = [first.json(), next.json()];
        assert_eq!(both.map(|page: Value| page["@odata.count"].clone()), [json!(3), json!(3)]);
        assert_eq!(scene.letters_of(&first) + &scene.letters_of(&next), "bc");
        assert_eq!(Scene::next(&next), None);
    }
}
