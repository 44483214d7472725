//! Addresses that lead to another one: a slash too many, the icon that browsers ask for, the entry of a remote.
//! Nothing a visitor sends decides the host that a redirect leads to.

use storefront_tests::client::Request;
use storefront_tests::server::shop;

use crate::Faults;

#[test]
fn a_slash_too_many_leads_to_the_page_with_its_parameters() {
    let mut faults = Faults::default();
    for (target, location) in [
        ("/products/", "/products"),
        ("/products/?page=2&sort=name", "/products?page=2&sort=name"),
        ("/products/cafe-press/", "/products/cafe-press"),
        ("/products/cafe-press/?cart=add", "/products/cafe-press?cart=add"),
        // By its id, whatever follows.
        ("/products/1", "/products/cafe-press"),
        ("/products/1?variant=1&utm_source=%FF", "/products/cafe-press?variant=1&utm_source=%FF"),
    ] {
        let answer = shop().get(target);
        faults.equal(target, &answer.status, &308);
        faults.equal(format!("{target} leads to"), &answer.header("location").as_deref(), &Some(location));
        faults.expect(answer.header("cache-control").is_some(), || {
            format!("{target}: a redirect without cache-control is kept for hours")
        });
        faults.equal(location, &shop().get(location).status, &200);
    }
    faults.report("308 keeps the method and the query");
}

#[test]
fn a_search_that_the_merchant_redirects_leads_to_its_page() {
    let mut faults = Faults::default();
    for (search, location) in [
        ("returns", "/pages/returns"),
        ("Refunds%21", "/pages/returns"),
        ("+Shipping+&category=&minPrice=", "/pages/delivery"),
        ("contact&sort=name&page=2", "/pages/contact"),
    ] {
        let target = format!("/products?search={search}");
        for method in ["GET", "HEAD"] {
            let answer = shop().send(&Request::new(method, &target));
            faults.equal(format!("{method} {target}"), &answer.status, &303);
            faults.equal(format!("{method} {target} leads to"), &answer.header("location").as_deref(), &Some(location));
            faults.expect(answer.header("cache-control").is_some(), || format!("{target} has no cache-control"));
        }
        faults.equal(location, &shop().get(location).status, &200);
        // The API lists products, whatever the text.
        faults.equal(format!("/api{target}"), &shop().get(format!("/api{target}")).status, &200);
    }
    faults.equal("POST", &shop().send(&Request::new("POST", "/products?search=returns")).status, &405);
    faults.equal("another text", &shop().get("/products?search=returns+mug").status, &200);
    faults.report("a redirect of `search.toml` is a page of the shop");
}

#[test]
fn the_rules_that_ship_order_searches_in_the_api_and_on_pages() {
    let mut faults = Faults::default();
    for (query, expect) in [
        // Pinned, though no word finds them, page after page.
        ("search=gift", "6 7 9"),
        ("search=GIFTS&pageSize=2", "6 7"),
        ("search=gifts&pageSize=2&page=2", "9"),
        ("search=gift&sort=price-desc", "9 6 7"),
        // Sold out: last.
        ("search=lamp", "2 8"),
        ("search=kitchen", "11 6 1"),
        // A synonym.
        ("search=plaid", "3"),
        // The list of a collection, in its own order alone.
        ("collection=gifts", "6 7 3 9 11 1"),
        ("collection=gifts&pageSize=2&page=2", "3 9"),
    ] {
        let answer = shop().get(format!("/api/products?{query}")).json();
        let ids: Vec<&str> =
            answer["data"].as_array().into_iter().flatten().filter_map(|product| product["id"].as_str()).collect();
        faults.equal(format!("the API's {query}"), &ids.join(" "), &expect.to_owned());
        let page = shop().get(format!("/products?{query}")).text();
        let names: Vec<&str> =
            answer["data"].as_array().into_iter().flatten().filter_map(|product| product["name"].as_str()).collect();
        let places: Vec<Option<usize>> = names.iter().map(|name| page.find(&format!(">{name}<"))).collect();
        faults.expect(places.iter().all(Option::is_some) && places.is_sorted(), || {
            format!("the page of {query} does not have {names:?} in this order: {places:?}")
        });
    }
    faults.report("`catalog/data/search.toml` has the rules");
}

#[test]
fn a_redirect_to_a_handle_answers_head_and_is_nobody_s_own() {
    let get = shop().get("/products/6?variant=6");
    let head = shop().send(&Request::get("/products/6?variant=6").method("HEAD"));
    for answer in [&get, &head] {
        assert_eq!((answer.status, answer.body.len()), (308, 0), "{answer}");
        assert_eq!(answer.header("location").as_deref(), Some("/products/enamel-mug?variant=6"), "{answer}");
        assert_eq!(answer.header("cache-control").as_deref(), Some("public, max-age=300"), "{answer}");
        assert_eq!((answer.header("set-cookie"), answer.header("vary")), (None, None), "{answer}");
    }
    assert_eq!(get.header("x-catalog-revision"), shop().get("/products/enamel-mug").header("x-catalog-revision"));
    for target in ["/products/0", "/products/06", "/products/6.", "/products/enamel-mug-", "/products/Enamel-Mug"] {
        assert_eq!(shop().get(target).status, 404, "{target}");
    }
}

#[test]
fn the_icon_is_found_where_browsers_look_for_it() {
    let answer = shop().get("/favicon.ico");
    assert_eq!(answer.status, 308, "{answer}");
    let icon = answer.header("location").unwrap_or_default();
    let icon = shop().get(icon);
    assert_eq!((icon.status, icon.media_type().as_deref()), (200, Some("image/svg+xml")), "{icon}");
}

#[test]
fn no_redirect_leaves_the_shop_or_splits_its_headers() {
    let mut faults = Faults::default();
    for target in [
        "//evil.example/",
        "//evil.example//",
        "/\\evil.example/",
        "/products//evil.example/",
        "/products/https://evil.example/",
        "/products/?x=//evil.example/",
        "/products/?%0d%0aset-cookie:%20a=b",
        "/products/1/?x=%0aLocation:%20https://evil.example",
        "/https://evil.example/",
        "/products/%09//evil.example/",
        "/products/@evil.example/",
        "/products/.evil.example/",
        "/products/%2f%2fevil.example/",
        "/%5cevil.example/",
        "/products/javascript:alert(1)/",
    ] {
        let answer = shop().get(target);
        faults.expect(answer.status < 500, || format!("{target}: {}", answer.status));
        faults.equal(format!("{target} set-cookie"), &answer.header("set-cookie"), &None);
        if let Some(location) = answer.header("location") {
            let stays = location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\");
            faults.expect(stays, || format!("{target} leads to `{location}`"));
        }
    }
    for host in ["evil.example", "evil.example:8787"] {
        let answer = shop().send(&Request::get("/products/").host(host));
        faults.equal(format!("/products/ of {host}"), &answer.header("location").as_deref(), &Some("/products"));
    }
    faults.report("every location begins with one slash");
}
