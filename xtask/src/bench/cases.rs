//! The requests to the Worker: four kinds of response, each by one address and by a thousand.
//! The thousand come to more than the isolate keeps, so that every response among them is made anew.

/// One kind of answer.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The one address.
    pub(super) one: String,
    /// A thousand of them.
    pub(super) thousand: Vec<String>,
}

const ADDRESSES: usize = 1000;

pub(super) fn all() -> Vec<Case> {
    vec![
        Case { name: "API list", one: "/api/products".to_owned(), thousand: lists("/api/products") },
        Case { name: "API product", one: "/api/products/5".to_owned(), thousand: products("/api/products", "view") },
        Case { name: "listing page", one: "/products".to_owned(), thousand: lists("/products") },
        Case {
            name: "product page",
            one: "/products/bookshelf-speaker-walnut".to_owned(),
            thousand: products("/products", "cart=add&quantity"),
        },
    ]
}

/// Filters, sorts and searches whose answers hold most of the shop's own catalog.
fn lists(path: &str) -> Vec<String> {
    let searches = ["", "search=cm", "search=a", "search=the", "search=in", "search=w", "search=s"];
    let stocks = ["", "inStock=true"];
    let sorts = ["", "sort=price-asc", "sort=price-desc", "sort=rating", "sort=name"];
    let mut addresses = Vec::with_capacity(ADDRESSES);
    for price in 400.. {
        for search in searches {
            for stock in stocks {
                for sort in sorts {
                    if addresses.len() == ADDRESSES {
                        return addresses;
                    }
                    let price = format!("maxPrice={price}");
                    let query: Vec<&str> =
                        [&price, stock, search, sort].into_iter().filter(|part| !part.is_empty()).collect();
                    addresses.push(format!("{path}?{}", query.join("&")));
                }
            }
        }
    }
    addresses
}

/// The products in stock, each with every number that can be asked for of it: 380 different pages, which the isolate cannot
/// keep at once. The parameter `n`, which every page ignores, makes a thousand different addresses of them.
fn products(path: &str, parameter: &str) -> Vec<String> {
    // Handle, which the API takes as well, and stock, up to the largest quantity, of the shop's own catalog.
    let stocks = [
        ("cafe-press", 37),
        ("opal-table-lamp", 14),
        ("terracotta-planter", 63),
        ("enamel-mug", 99),
        ("cloth-bound-notebook", 99),
        ("linen-cushion", 29),
        ("long-spout-watering-can", 21),
        ("nesting-bowls-set-of-three", 18),
    ];
    let mut addresses = Vec::with_capacity(ADDRESSES);
    loop {
        for (handle, stock) in stocks {
            for quantity in 1..=stock {
                if addresses.len() == ADDRESSES {
                    return addresses;
                }
                let n = addresses.len();
                addresses.push(format!("{path}/{handle}?{parameter}={quantity}&n={n}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_thousand_different_addresses() {
        for case in all() {
            let different: std::collections::BTreeSet<_> = case.thousand.iter().collect();
            assert_eq!(different.len(), ADDRESSES, "{}", case.name);
        }
    }
}
