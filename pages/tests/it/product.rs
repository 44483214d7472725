//! The texts of a product's page.

use pages::Site;

use crate::fixture::{MERCHANT, between, catalog, product, product_on, site};

#[test]
fn what_is_in_stock_can_be_added_and_nothing_is_pressed_in_vain() {
    for (id, is_in) in [("1", true), ("2", false), ("3", true)] {
        let page = product(&catalog(), id);
        let main = between(&page, "<main", "</main>");
        assert_eq!(main.contains("Add to cart</button>"), is_in, "{id}: {main}");
        assert!(!main.contains("disabled"), "{id}: {main}");
    }
    let form = product(&catalog(), "1");
    let form = between(&form, "<form class=\"purchase\"", "</form>");
    for part in [r#"method="post" action="/cart/add""#, r#"name="product" value="1""#, r#"min="1" max="4""#] {
        assert!(form.contains(part), "`{part}` in {form}");
    }
}

/// The promise of contract 2.
#[test]
fn a_version_for_contract_2_finds_the_form_in_its_slot() {
    assert!(pages::speaks("product-detail", 1) && pages::speaks("product-detail", 2));
    let without = product(&catalog(), "1");
    let with = crate::variants::page("tee", None, None);
    for (page, form) in [(without, ""), (with, r#" form="variants""#)] {
        let slot = between(&page, "data-remote=\"product-detail\"", "</section>");
        let purchase = between(slot, "class=\"purchase\"", "add-to-cart-btn\"");
        assert!(purchase.contains(r#"name="product" value=""#), "{purchase}");
        assert!(purchase.contains(&format!(r#"required value="1"{form}"#)), "{purchase}");
    }
}

fn sent(quantity: &str, options: &[(&str, &str)]) -> pages::Sent {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pages::Sent { quantity: quantity.to_owned(), options, ..pages::Sent::default() }
}

#[test]
fn a_refusal_stands_at_the_controls_with_what_was_sent() {
    let refused = pages::CartAlert::Choose { options: vec!["Size".to_owned(), "Colour".to_owned()] };
    let page = crate::variants::refused_page("tee", refused, sent("3", &[]));
    for part in ["role=\"alert\"", "Choose <bdi>Size and Colour</bdi> first.", r#"value="3" form="variants""#] {
        assert!(page.contains(part), "`{part}` in {page}");
    }
}

#[test]
fn what_was_chosen_in_a_refused_form_stays_chosen() {
    let refused = pages::CartAlert::Choose { options: vec!["Size".to_owned()] };
    let page = crate::variants::refused_page("tee", refused, sent("1", &[("colour", "moss")]));
    let picker = between(&page, "<form class=\"variant-picker\"", "</form>");
    assert!(picker.contains(r#"name="option.Colour" value="Moss" checked"#), "{picker}");
    assert_eq!(picker.matches(" checked").count(), 1, "{picker}");
    // Beside the one value that is chosen.
    assert!(picker.contains("S<small> (not in Moss)</small>"), "{picker}");
    let refused = pages::CartAlert::NoSuchVariant;
    let page = crate::variants::refused_page("tee", refused, sent("1", &[("Size", "S"), ("Colour", "Moss")]));
    let picker = between(&page, "<form class=\"variant-picker\"", "</form>");
    assert_eq!(picker.matches(" checked").count(), 2, "{picker}");
}

#[test]
fn a_refused_quantity_says_which_one_would_do() {
    let fewer = |available, held| pages::CartAlert::Fewer { item: None, available, held };
    for (refused, words) in [
        (fewer(7, 0), "Enter a whole number from 1 to 7."),
        (fewer(7, 6), "You can add one."),
        (fewer(7, 7), "Your cart has all that can be bought."),
        (pages::CartAlert::Quantity { sent: "x".to_owned() }, "Enter a whole number from 1 to 999."),
    ] {
        let page = crate::variants::refused_page("tee", refused, sent("x", &[]));
        let purchase = between(&page, "<div class=\"purchase\">", "</div>");
        assert!(purchase.contains(words) && purchase.contains(r#"value="x""#), "{words}: {purchase}");
        assert!(purchase.contains(r#"aria-invalid="true" aria-describedby="cart-alert quantity-fault""#), "{purchase}");
    }
}

#[test]
fn a_product_that_is_sold_out_leads_to_others() {
    let page = product(&catalog(), "2");
    let way_on = between(&page, "<div class=\"purchase\">", "</div>");
    assert!(way_on.contains("href=\"#related-heading\">See what is in stock instead</a>"), "{way_on}");
    assert!(page.contains("id=\"related-heading\" tabindex=\"-1\">In stock instead</h2>"));
}

#[test]
fn the_terms_stand_beside_the_price() {
    let page = product(&catalog(), "1");
    let terms = between(&page, "<ul class=\"product-terms\"", "</ul>");
    for expect in [
        "<li>Incl. tax</li>",
        "<a href=\"/pages/delivery\">Delivery $4.90, free from $80.00, 2–4 working days</a>",
        "<a href=\"/pages/returns\">30 days to return</a>",
    ] {
        assert!(terms.contains(expect), "{expect}: {terms}");
    }
    assert!(
        page.find("class=\"purchase") < page.find("product-terms")
            && page.find("product-terms") < page.find("product-description")
    );
}

#[test]
fn a_merchant_of_whom_nothing_is_known_promises_nothing() {
    let plain = Site { merchant: pages::Merchant::NONE, ..site() };
    assert!(!product_on(&plain, &catalog(), "1").contains("product-terms"));
    let free = pages::Delivery { cost: "0", free_from: "", days: (1, 1), text: "", countries: &[] };
    let merchant = pages::Merchant { delivery: Some(free), pages: &[], is_tax_included: Some(false), ..MERCHANT };
    let page = product_on(&Site { merchant, ..site() }, &catalog(), "1");
    let terms = between(&page, "<ul class=\"product-terms\"", "</ul>");
    assert_eq!(
        terms,
        " role=\"list\"><li>Plus tax</li><li>Free delivery, 1 working day</li><li>30 days to return</li>"
    );
}

#[test]
fn ratings_are_read_as_a_sentence() {
    let rating = |id: &str| {
        let page = product(&catalog(), id);
        between(&page, "<p class=\"product-rating\">", "</p>").to_owned()
    };
    assert!(
        rating("1").contains("stars-9")
            && rating("1").contains("<span class=\"visually-hidden\">4.65 out of 5, 31 reviews</span>")
    );
    assert!(rating("2").contains("stars-8") && rating("2").contains(">4.0 out of 5, 1 review<"));
    assert!(rating("3").contains("stars-10") && rating("3").contains(">4.9 out of 5, 1,284 reviews<"));
    assert_eq!(rating("4"), "No reviews yet");
    assert!(rating("a.b_c-d").contains("stars-4"));
}

#[test]
fn details_have_a_heading_and_the_page_says_where_it_is() {
    for (id, handle) in [("1", "oak-stool"), ("2", "salt-cellar")] {
        let page = product(&catalog(), id);
        let heading = r#"<h2 class="details-heading">Details</h2><dl class="product-details">"#;
        assert_eq!(page.matches(heading).count(), 1, "the facts of {id} stand under a heading: {page}");
        let address = format!(r#"<p class="page-address">https://shop.example/products/{handle}</p></main>"#);
        assert_eq!(page.matches(&address).count(), 1, "a printed page of {id} says where it is: {page}");
    }
}

#[test]
fn the_way_to_buy_comes_before_the_description() {
    for id in ["1", "2"] {
        let page = product(&catalog(), id);
        let place =
            |class: &str| page.find(&format!("class=\"{class}")).unwrap_or_else(|| panic!("no {class}: {page}"));
        assert!(place("product-availability") < place("purchase"), "{id}: price and availability first");
        assert!(place("purchase") < place("product-description"), "{id}: however long the description is");
    }
}
