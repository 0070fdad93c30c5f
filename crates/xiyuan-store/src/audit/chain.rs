//! Writing and verifying the chain: each entry's digest covers the one before it.

use jiff::Timestamp;
use serde_json::Value as Json;
use sm3::{Digest, Sm3};

use super::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction, insert_rows};
use crate::error::{Result, StoreError};
use crate::role::Action;
use crate::scope::Scope;

/// Result of [`verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Entries read.
    pub entries: u64,
    /// First broken link as (chain, sequence): its content does not give its digest, its predecessor is missing or
    /// another, or the chain ends before its recorded head.
    pub first_broken: Option<(String, i64)>,
}

/// Fields that the digest covers, in the order of the columns.
struct Sealed {
    chain: String,
    sequence: i64,
    at: Timestamp,
    texts: [Option<String>; 10],
    blobs: [Option<Vec<u8>>; 2],
    previous: Vec<u8>,
}

impl Sealed {
    /// SM3 over length-prefixed fields, so that no two contents give the same bytes.
    fn hash(&self) -> Vec<u8> {
        let mut digest = Sm3::new();
        let mut put = |bytes: Option<&[u8]>| match bytes {
            None => digest.update([0]),
            Some(bytes) => {
                digest.update([1]);
                digest.update((bytes.len() as u64).to_be_bytes());
                digest.update(bytes);
            }
        };
        put(Some(&self.previous));
        put(Some(self.chain.as_bytes()));
        put(Some(&self.sequence.to_be_bytes()));
        put(Some(&self.at.as_microsecond().to_be_bytes()));
        self.texts.iter().for_each(|text| put(text.as_deref().map(str::as_bytes)));
        self.blobs.iter().for_each(|blob| put(blob.as_deref()));
        digest.finalize().to_vec()
    }
}

/// SM3 of salt and state: the state cannot be guessed from it once the salt is erased.
fn salted(salt: &[u8], state: Option<&Json>) -> Option<Vec<u8>> {
    let state = state?;
    let mut digest = Sm3::new();
    digest.update(salt);
    digest.update(state.to_string().as_bytes());
    Some(digest.finalize().to_vec())
}

const COLUMNS: &str = "audit_entries (chain, sequence, at, actor_id, remote_address, request_id, action, subject_kind, \
     subject_id, subject_name, result, detail, system_reason, salt, before_digest, after_digest, previous, hash)";

/// Appends entries to this server's chain, as part of the transaction. The chain's head row is locked until the end.
pub(crate) async fn write_entries(tx: &mut Transaction, entries: Vec<Entry>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let chain = tx.chain().to_owned();
    if lock_head(tx, &chain).await?.is_none() {
        // Two first writers at once: one inserts, the other waits and finds the row.
        let first = "INSERT INTO audit_heads (chain, sequence, hash) VALUES ($1, 0, $2) ON CONFLICT (chain) DO NOTHING";
        tx.execute(Sql::new(first).bind(&chain).bind(Vec::new())).await?;
    }
    let head = lock_head(tx, &chain).await?;
    let (mut sequence, mut previous) =
        head.ok_or_else(|| StoreError::internal("audit chain without head"))?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        sequence += 1;
        let mut salt = vec![0; 16];
        tx.context().entropy.fill(&mut salt);
        let actor = entry.actor.or(tx.context().actor);
        let sealed = Sealed {
            chain: chain.clone(),
            sequence,
            at: tx.context().at,
            blobs: [salted(&salt, entry.before.as_ref()), salted(&salt, entry.after.as_ref())],
            texts: [
                actor.map(|id| id.to_string()),
                tx.context().remote_address.clone(),
                Some(tx.context().request_id.clone()),
                Some(entry.action),
                Some(entry.subject_kind),
                entry.subject_id,
                entry.subject_name,
                Some(entry.result.to_owned()),
                entry.detail,
                entry.system_reason.map(str::to_owned),
            ],
            previous,
        };
        let hash = sealed.hash();
        let mut row = vec![sealed.chain.into(), sequence.into(), sealed.at.into(), actor.into()];
        row.extend(sealed.texts.into_iter().skip(1).map(Into::into));
        let [before, after] = sealed.blobs;
        row.extend([salt.into(), before.into(), after.into(), sealed.previous.into(), hash.clone().into()]);
        rows.push(row);
        previous = hash;
    }
    insert_rows(tx, COLUMNS, 18, rows).await?;
    let head = Sql::new("UPDATE audit_heads SET sequence = $1, hash = $2 WHERE chain = $3");
    tx.execute(head.bind(sequence).bind(previous).bind(chain)).await?;
    Ok(())
}

/// Sequence and digest of a chain's last entry, locked until the end of the transaction.
async fn lock_head(tx: &mut Transaction, chain: &str) -> Result<Option<(i64, Vec<u8>)>> {
    let text =
        format!("SELECT sequence, hash FROM audit_heads WHERE chain = $1{}", tx.dialect().for_update());
    tx.optional(Sql::new(text).bind(chain), |row| Ok((row.get("sequence")?, row.get("hash")?))).await
}

/// Reads all chains from their beginning and finds the first broken link. Only for who may read the audit trail.
pub async fn verify(db: &Database, scope: &Scope) -> Result<Verification> {
    scope.require(Action::ReadAudit)?;
    let mut heads = db
        .reader()
        .all(Sql::new("SELECT chain, sequence, hash FROM audit_heads ORDER BY chain"), |row| {
            Ok((row.get::<String>("chain")?, row.get::<i64>("sequence")?, row.get::<Vec<u8>>("hash")?))
        })
        .await?;
    let mut entries = 0;
    let mut broken = None;
    for (chain, last, head) in heads.drain(..) {
        let mut expected = 0;
        let mut previous = Vec::new();
        // Entries that were appended after the heads were read are left for the next verification.
        let sql =
            Sql::new("SELECT * FROM audit_entries WHERE chain = $1 AND sequence <= $2 ORDER BY sequence")
                .bind(&chain)
                .bind(last);
        db.reader()
            .each_row(sql, |row| {
                entries += 1;
                expected += 1;
                let (sealed, hash) = read(row)?;
                let holds =
                    sealed.sequence == expected && sealed.previous == previous && sealed.hash() == hash;
                if !holds && broken.is_none() {
                    broken = Some((chain.clone(), expected));
                }
                expected = sealed.sequence;
                previous = hash;
                Ok(())
            })
            .await?;
        if broken.is_none() && (expected != last || previous != head) {
            broken = Some((chain, expected + 1));
        }
    }
    if broken.is_none() {
        let headless = "SELECT chain, min(sequence) AS sequence FROM audit_entries \
             WHERE chain NOT IN (SELECT chain FROM audit_heads) GROUP BY chain ORDER BY chain LIMIT 1";
        broken = db
            .reader()
            .optional(Sql::new(headless), |row| Ok((row.get("chain")?, row.get("sequence")?)))
            .await?;
    }
    Ok(Verification { entries, first_broken: broken })
}

fn read(row: &Row) -> Result<(Sealed, Vec<u8>)> {
    let actor: Option<uuid::Uuid> = row.get("actor_id")?;
    let sealed = Sealed {
        chain: row.get("chain")?,
        sequence: row.get("sequence")?,
        at: row.get("at")?,
        texts: [
            actor.map(|id| id.to_string()),
            row.get("remote_address")?,
            row.get("request_id")?,
            row.get("action")?,
            row.get("subject_kind")?,
            row.get("subject_id")?,
            row.get("subject_name")?,
            row.get("result")?,
            row.get("detail")?,
            row.get("system_reason")?,
        ],
        blobs: [row.get("before_digest")?, row.get("after_digest")?],
        previous: row.get("previous")?,
    };
    Ok((sealed, row.get("hash")?))
}
