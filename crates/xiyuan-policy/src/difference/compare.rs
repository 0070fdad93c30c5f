//! Two values property by property.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Detail;

/// Adds each property that differs, with its path.
pub(super) fn compare(path: &str, before: &Json, after: &Json, details: &mut Vec<Detail>) {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let (old_part, new_part) =
                    (old.get(key).unwrap_or(&Json::Null), new.get(key).unwrap_or(&Json::Null));
                // A formula as written says what its checked form says.
                if key == "expression" && old.get("formula") != new.get("formula") {
                    continue;
                }
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, old_part, new_part, details);
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (position, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{}]", position + 1), old, new, details);
            }
        }
        (old, new) if old != new => {
            details.push(Detail { path: path.to_owned(), before: old.clone(), after: new.clone() });
        }
        _ => {}
    }
}
