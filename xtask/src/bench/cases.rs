//! What the Worker is asked for: four kinds of answer, each once by one address and once by a thousand different ones.
//! The thousand are more than the isolate keeps, so that every answer among them is made anew.

/// One kind of answer.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The one address.
    pub(super) one: String,
    /// A thousand others.
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
            one: "/products/5".to_owned(),
            thousand: products("/products", "cart=add&quantity"),
        },
    ]
}

/// Filters, sorts and searches that the shop's own catalog answers with anything from all products to a few.
fn lists(path: &str) -> Vec<String> {
    let searches =
        ["", "search=glass", "search=wool%20throw", "search=lamp", "search=oak", "search=caf%C3%A9", "search=b"];
    let categories = ["", "category=Kitchen", "category=Lighting"];
    let sorts = ["", "sort=price-asc", "sort=price-desc", "sort=rating", "sort=name"];
    let mut addresses = Vec::with_capacity(ADDRESSES);
    for price in 0.. {
        for search in searches {
            for category in categories {
                for sort in sorts {
                    if addresses.len() == ADDRESSES {
                        return addresses;
                    }
                    // Every price lets most products through, so that the answers are not all small.
                    let price = format!("maxPrice={}", 400 + price);
                    let query: Vec<&str> =
                        [category, &price, search, sort].into_iter().filter(|part| !part.is_empty()).collect();
                    addresses.push(format!("{path}?{}", query.join("&")));
                }
            }
        }
    }
    addresses
}

/// The products in turn, each with every number there can be of the parameter.
fn products(path: &str, parameter: &str) -> Vec<String> {
    // Ids of the shop's own catalog with more than 20 in stock; a quantity above the stock would be refused.
    let ids = ["1", "4", "6", "7", "9", "10"];
    let mut addresses = Vec::with_capacity(ADDRESSES);
    for round in 0.. {
        for id in ids {
            if addresses.len() == ADDRESSES {
                return addresses;
            }
            addresses.push(format!("{path}/{id}?{parameter}={}", round % 21 + 1));
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_thousand_addresses() {
        for case in all() {
            assert_eq!(case.thousand.len(), ADDRESSES, "{}", case.name);
        }
    }
}
