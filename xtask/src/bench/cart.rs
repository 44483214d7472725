//! The cart under bare workerd: its page with 20 lines beside a constant response of the same bytes, and a form that adds a line beside a
//! Worker that reads the same content and returns the same fields. Rate limits are the platform's and not among what is measured.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::load;
use super::setting::{Measured, Setting};
use crate::project::{Project, say};
use crate::workerd::{self, Asked};

/// A cart of 20 lines, of nearly everything that the shop's own catalog sells, with two codes.
const CART: &str = "cart=1~1*3*4800~2*1*12999~fjall-natural-130*1*13500~fjall-moss-130*1*13500~fjall-natural-170*1*18500~4*4*2800~5*1*32900\
    ~mug-cream*6*1450~mug-moss*6*1450~mug-night*2*1450~7*12*950~8*1*18900~cushion-mustard-50*2*4200~cushion-sage-50*2*4800~cushion-ink-50*1*4800\
    ~cushion-mustard-60*1*5800~cushion-ink-60*1*5800~10*1*5495~11*2*7200~12*1*6800~!KITCHEN5~!SHIPFREE; cart-count=50";

const FORM: &[(&str, &str)] = &[
    ("cookie", "cart=1~2*1*12999~4*4*2800; cart-count=5"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("sec-fetch-site", "same-origin"),
];

/// A request, what it is measured beside, and the most that it may cost of that.
struct Case {
    name: &'static str,
    asked: Asked<'static>,
    status: u16,
    most: f64,
}

const CASES: [Case; 2] = [
    Case {
        name: "cart page, 20 lines",
        asked: Asked { method: "GET", path: "/cart", fields: &[("cookie", CART)], content: "" },
        status: 200,
        most: 2.5,
    },
    Case {
        name: "POST /cart/add",
        asked: Asked {
            method: "POST",
            path: "/cart/add",
            fields: FORM,
            content: "product=6&option.Colour=Moss&variant=mug-moss&quantity=2&country=DE",
        },
        status: 303,
        most: 2.0,
    },
];

/// Builds the Worker as it is deployed and prints what each case costs of its peer.
pub(super) fn run(project: &Project, against: Option<&Path>) -> Result<()> {
    let setting = Setting::start(project, against)?;
    let mut table =
        String::from("request                ours/s    peer/s   ours µs   peer µs   cost   at most   bytes");
    table.push_str(if setting.earlier.is_some() { "   earlier µs   cost\n" } else { "\n" });
    for case in &CASES {
        say(format!("measuring {}", case.name));
        let recorded = workerd::ask(setting.shop.port, &case.asked, case.status)?;
        let peer = if case.status == 200 {
            setting.start_constant(&recorded)?
        } else {
            setting.start_reader(&recorded, case.status)?
        };
        let Measured { ours, theirs, earlier } = setting.measure(&load::script_of(&case.asked), &peer)?;
        let cost = ours.microseconds / theirs.microseconds;
        write!(
            table,
            "{:<19} {:>9.0} {:>9.0} {:>9.1} {:>9.1} {cost:>6.2} {:>9.1} {:>7}",
            case.name,
            ours.requests_per_second,
            theirs.requests_per_second,
            ours.microseconds,
            theirs.microseconds,
            case.most,
            recorded.body.len(),
        )?;
        if let Some(earlier) = earlier {
            write!(table, " {:>12.1} {:>6.2}", earlier.microseconds, earlier.microseconds / theirs.microseconds)?;
        }
        table.push('\n');
    }
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nµs is processor time a request, medians of rounds taken in turn; cost: ours divided by the peer's"
        );
    }
    Ok(())
}
