//! The pages of a listing as links, so that paging works without JavaScript and crawlers find every product.
//! Long lists are cut: the first, the last and the neighbours of the current page.

use catalog::Query;
use maud::{Markup, html};

use crate::write::link::ListingLink;
use crate::write::number::Grouped;
use crate::write::text::Text;

/// Neighbours of the current page that are linked on each side.
const NEIGHBOURS: u32 = 1;

/// `query` is the listing's own query without facets; its page must exist.
pub(crate) fn pagination(query: &Query, pages: u32) -> Markup {
    let current = query.page;
    let mut link = query.clone();
    let mut to = |page: u32| {
        link.page = page;
        ListingLink(&link).to_text()
    };
    html! {
        nav class="pagination" aria-label="Pages" {
            @if current > 1 {
                a rel="prev" class="page-prev" href=(Text(&to(current - 1))) { "Previous" }
            }
            @if pages > 1 {
                @for step in steps(current, pages) {
                    @match step {
                        Step::Page(page) => {
                            a href=(Text(&to(page))) aria-label={ "Page " (Grouped(page)) } aria-current=[(page == current).then_some("page")] { (Grouped(page)) }
                        },
                        Step::Gap => span class="page-gap" aria-hidden="true" { "…" },
                    }
                }
            }
            span class="page-info" { "Page " (Grouped(current)) " of " (Grouped(pages)) }
            @if current < pages {
                a rel="next" class="page-next" href=(Text(&to(current + 1))) { "Next" }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Page(u32),
    Gap,
}

/// First page, neighbours of the current one, last page; a gap only where it stands for more than one page.
fn steps(current: u32, pages: u32) -> Vec<Step> {
    let low = current.saturating_sub(NEIGHBOURS).max(1);
    let high = current.saturating_add(NEIGHBOURS).min(pages);
    let mut steps = Vec::with_capacity(9);
    match low {
        1 => {}
        2 => steps.push(Step::Page(1)),
        3 => steps.extend([Step::Page(1), Step::Page(2)]),
        _ => steps.extend([Step::Page(1), Step::Gap]),
    }
    steps.extend((low..=high).map(Step::Page));
    match pages.saturating_sub(high) {
        0 => {}
        1 => steps.push(Step::Page(pages)),
        2 => steps.extend([Step::Page(pages - 1), Step::Page(pages)]),
        _ => steps.extend([Step::Gap, Step::Page(pages)]),
    }
    steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(current: u32, pages: u32, expect: &str) {
        let text: Vec<String> = steps(current, pages)
            .into_iter()
            .map(|step| match step {
                Step::Page(page) if page == current => format!("[{page}]"),
                Step::Page(page) => page.to_string(),
                Step::Gap => "…".to_owned(),
            })
            .collect();
        assert_eq!(text.join(" "), expect);
    }

    #[test]
    fn cuts_long_lists() {
        check(1, 1, "[1]");
        check(1, 2, "[1] 2");
        check(2, 3, "1 [2] 3");
        check(1, 9, "[1] 2 … 9");
        check(4, 9, "1 2 3 [4] 5 … 9");
        check(5, 9, "1 … 4 [5] 6 … 9");
        check(6, 9, "1 … 5 [6] 7 8 9");
        check(9, 9, "1 … 8 [9]");
        check(500_000, 1_000_000, "1 … 499999 [500000] 500001 … 1000000");
    }

    proptest! {
        #[test]
        fn pages_ascend_and_hold_first_current_and_last((pages, current) in (1..5000_u32).prop_flat_map(|pages| (Just(pages), 1..=pages))) {
            let numbers: Vec<u32> = steps(current, pages).into_iter().filter_map(|step| match step { Step::Page(page) => Some(page), Step::Gap => None }).collect();
            prop_assert!(numbers.is_sorted_by(|a, b| a < b));
            prop_assert!(numbers.contains(&1) && numbers.contains(&current) && numbers.contains(&pages));
            prop_assert!(numbers.len() <= 7);
        }
    }
}
