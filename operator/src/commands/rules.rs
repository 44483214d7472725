//! `storefront rules`: the rules of tax, shipping and discounts in force, a file of them held against every rule, and others in their place.

use std::fs;

use anyhow::{Context as _, Result};
use catalog::Currency;
use commerce::Rules;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{RulesCommand, RulesFile};
use crate::context::Context;
use crate::office::Office;
use crate::office::rules::{InForce, NewRules};
use crate::output::{self, table};
use crate::stopped::{Exit, Stopped};
use crate::{clock, environment};

/// The longest file that is read, in bytes: `shop.toml` has other sections besides.
const FILE_LIMIT: u64 = 2 * 1024 * 1024;

/// A file whose rules are right.
#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    currency: &'a str,
    bytes: usize,
    countries: usize,
}

pub(super) async fn run(context: &Context<'_>, command: &RulesCommand) -> Result<()> {
    let name = command.name();
    match command {
        RulesCommand::Show => {
            let found = Office::configured()?.rules().await.context("cannot show the rules")?;
            context.output.result(name, &found, &text(&found)?)
        }
        RulesCommand::Check { file } => {
            let rules = read(file)?;
            let checked = Checked {
                file: output::shown(&file.path),
                currency: rules.currency().code(),
                bytes: rules.to_json().len(),
                countries: rules.countries().len(),
            };
            let Checked { file, currency, bytes, countries } = &checked;
            let to = if *countries == 1 { "1 country".to_owned() } else { format!("{countries} countries") };
            let text = format!("{file}: the rules are right: amounts in {currency}, delivery to {to}, {bytes} bytes\n");
            context.output.result(name, &checked, &text)
        }
        RulesCommand::Put { file, reason, base } => {
            let document: Value = serde_json::from_slice(&read(file)?.to_json()).context("the rules are no JSON")?;
            let staff = environment::author()?;
            let (base, staff, reason) = (base.as_deref(), staff.as_str(), reason.as_str());
            let new = NewRules { rules: &document, base, staff, reason };
            let put = Office::configured()?.put_rules(&new).await.map_err(|error| {
                let stopped = error.downcast_ref::<Stopped>();
                let is_conflict = stopped.is_some_and(|stopped| stopped.exit == Exit::Conflict);
                if is_conflict {
                    let stopped = Stopped::new(Exit::Conflict, "the rules were not changed");
                    return error.context(stopped.hint("`storefront rules show` shows those in force"));
                }
                let is_refused = stopped.is_some_and(|stopped| stopped.exit != Exit::Failure);
                error.context(if is_refused {
                    "cannot change the rules"
                } else {
                    "the rules are not known to have changed; the same command changes them once"
                })
            })?;
            context.output.result(name, &put, &format!("the rules {} are in force\n", put.revision))?;
            if put.is_changed == Some(false) {
                output::note("nothing to do: these rules were in force already");
            }
            Ok(())
        }
    }
}

/// The rules of a file, which may be TOML or JSON.
fn read(file: &RulesFile) -> Result<Rules> {
    let path = &file.path;
    let shown = output::shown(path);
    let length = fs::metadata(path).map(|found| found.len());
    let length = length.with_context(|| Stopped::new(Exit::NotFound, format!("cannot read `{shown}`")))?;
    if length > FILE_LIMIT {
        let stopped = format!("`{shown}` has {length} bytes; a file of rules has at most {FILE_LIMIT}");
        return Err(Stopped::new(Exit::Usage, stopped).into());
    }
    let text = fs::read_to_string(path).with_context(|| Stopped::new(Exit::Usage, format!("cannot read `{shown}`")))?;
    let currency = currency(file)?;
    let is_json = text.trim_start().starts_with('{');
    let rules = if is_json { Rules::from_json(text.as_bytes(), currency) } else { Rules::from_toml(&text, currency) };
    rules.with_context(|| {
        let stopped = Stopped::new(Exit::Usage, format!("the rules in `{shown}` are refused"));
        stopped.hint("docs/selling.md describes the sections `tax`, `shipping` and `discount`")
    })
}

fn currency(file: &RulesFile) -> Result<Currency> {
    if let Some(currency) = file.currency {
        return Ok(currency);
    }
    match environment::variable(environment::CURRENCY)? {
        None => Ok(Currency::default()),
        Some(text) => Currency::parse(&text)
            .with_context(|| Stopped::new(Exit::Usage, format!("`{}` is no currency", environment::CURRENCY))),
    }
}

fn text(found: &InForce) -> Result<String> {
    let InForce { revision, changes, .. } = found;
    let mut rows = vec![["when", "rules", "who", "why"].map(str::to_owned).to_vec()];
    for change in changes {
        let when = clock::timestamp(change.at / 1000)?;
        let staff = if change.staff.is_empty() { "-".to_owned() } else { change.staff.clone() };
        rows.push([crate::view::day(&when), change.revision.clone(), staff, change.reason.clone()].to_vec());
    }
    Ok(format!("the rules {revision} are in force; `--json` has them whole\n\n{}", table(&rows)))
}
