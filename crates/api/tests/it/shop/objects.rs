use super::{rows, statuses};

#[tokio::test]
async fn complex_values_are_compared_with_objects() {
    rows(&[
        (r#"products?$filter=size eq {"width":120}"#, &[2]),
        (r#"products?$filter={"width":120,"place":null} eq size"#, &[2]),
        (r#"products?$filter=size eq {"width":30,"place":{"room":"A","shelf":4}}"#, &[1]),
        (r#"products?$filter=size ne {"width":30,"place":{"room":"A","shelf":4}}"#, &[2, 3, 4, 5]),
        (r#"products?$filter=size/place eq {"room":"B"}"#, &[4]),
        (r#"products?$filter=size/place in [{"room":"B"},{"shelf":1},{}]"#, &[4, 5]),
        (r#"products?$filter=size/place in [{"shelf":1,"room":null}]"#, &[5]),
        (r#"products?$filter=size eq @s&@s={"width":90,"place":{"shelf":1}}"#, &[5]),
        (r#"products?$filter=size eq {"@odata.type":"%23shop.size","width":120}"#, &[2]),
        ("products?$filter=size eq {}", &[]),
        ("products?$filter=size ne {}", &[1, 2, 3, 4, 5]),
        (r#"categories?$filter=products/any(p:p/size eq {"width":120})"#, &[2]),
    ])
    .await;
}

#[tokio::test]
async fn objects_of_another_shape_are_refused() {
    statuses(&[
        (r#"products?$filter=size eq {"depth":1}"#, 400),
        (r#"products?$filter=size eq {"width":"wide"}"#, 400),
        (r#"products?$filter=size eq {"width":1,"width":1}"#, 400),
        (r#"products?$filter=size gt {"width":1}"#, 400),
        (r#"products?$filter=name eq {"width":1}"#, 400),
        (r#"products?$filter=size eq {"@type":"shop.place"}"#, 400),
        (r#"products?$filter=size eq {"width":id}"#, 501),
        (r#"products?$orderby={"width":1}"#, 501),
    ])
    .await;
}
