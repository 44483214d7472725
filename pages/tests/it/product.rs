//! The texts of a product's page, and the states of its purchase form.

use pages::Purchase;

use crate::fixture::{between, catalog, product};

#[track_caller]
fn check(id: &str, purchase: Purchase<'_>, expect: &[&str], absent: &[&str]) {
    let page = product(&catalog(), id, purchase);
    for text in expect {
        assert!(page.contains(text), "`{text}` is missing");
    }
    for text in absent {
        assert!(!page.contains(text), "`{text}` is there");
    }
}

#[test]
fn a_product_in_stock_can_be_asked_for() {
    check(
        "1",
        Purchase::Idle,
        &["max=\"4\" value=\"1\"", ">Add to cart</button>", ">In Stock</p>", "<dd>4 in stock</dd>"],
        &["autofocus", "disabled"],
    );
    check("3", Purchase::Idle, &["max=\"99\" value=\"1\"", "action=\"/products/3#cart-note\""], &[]);
}

#[test]
fn a_product_out_of_stock_cannot() {
    for purchase in
        [Purchase::Idle, Purchase::CartNotOpen { quantity: 1 }, Purchase::QuantityRefused { submitted: "1" }]
    {
        check(
            "2",
            purchase,
            &["type=\"button\" disabled>Out of Stock</button>", "product-detail out-of-stock"],
            &["id=\"quantity\"", "autofocus", "Nothing was added"],
        );
    }
}

#[test]
fn the_cart_says_that_it_is_not_open() {
    check(
        "3",
        Purchase::CartNotOpen { quantity: 7 },
        &[
            "value=\"7\"",
            "tabindex=\"-1\" autofocus>The cart is not open yet. Nothing was added; please come back soon.</p>",
        ],
        &["aria-invalid"],
    );
}

#[test]
fn a_quantity_that_cannot_be_bought_is_shown_again() {
    check(
        "1",
        Purchase::QuantityRefused { submitted: "<5>" },
        &[
            "value=\"&lt;5&gt;\" inputmode=\"numeric\" aria-invalid=\"true\"",
            "must be a whole number from 1 to 4, not “&lt;5&gt;”",
        ],
        &[],
    );
}

#[test]
fn ratings_are_read_as_a_sentence() {
    let rating = |id: &str| {
        let page = product(&catalog(), id, Purchase::Idle);
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
    for id in ["1", "2"] {
        let page = product(&catalog(), id, Purchase::Idle);
        let heading = r#"<h2 class="details-heading">Details</h2><dl class="product-details">"#;
        assert_eq!(page.matches(heading).count(), 1, "the facts of {id} stand under a heading: {page}");
        let address = format!(r#"<p class="page-address">https://shop.example/products/{id}</p></main>"#);
        assert_eq!(page.matches(&address).count(), 1, "a printed page of {id} says where it is: {page}");
    }
}

#[test]
fn the_way_to_buy_comes_before_the_description() {
    for id in ["1", "2"] {
        let page = product(&catalog(), id, Purchase::Idle);
        let place =
            |class: &str| page.find(&format!("class=\"{class}")).unwrap_or_else(|| panic!("no {class}: {page}"));
        assert!(place("product-availability") < place("purchase"), "{id}: price and availability first");
        assert!(place("purchase") < place("product-description"), "{id}: however long the description is");
    }
}
