//! What was changed, broken off or does not fit is refused, by name.

use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use xiyuan_archive::{Archive, ArchiveError};
use xiyuan_policy::frame::{FrameBuilder, SubjectIx};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{FieldType, Subject};
use xiyuan_policy::plan::FieldIx;

use crate::support::{YEAR, files, frame, memory, package};

fn key(name: &str) -> Key {
    Key::from(format!("frozen/2024/{name}"))
}

#[tokio::test]
async fn a_changed_byte_in_any_file_is_refused_with_its_name() {
    let package = package();
    let (store, archive) = memory();
    let manifest = archive.write(&files(), &frame(&package, 1)).await.expect("written");
    let names = manifest.files.iter().map(|entry| entry.name.as_str()).chain(["manifest.json"]);
    for name in names {
        let whole = store.get(&key(name)).await.expect("there").bytes().await.expect("read");
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.to_vec();
            changed[at] ^= 0x04;
            store.put(&key(name), changed.into()).await.expect("put");
            match archive.read().await {
                Err(ArchiveError::Tampered { file }) => assert_eq!(file, name),
                other => panic!("{name} byte {at}: {:?}", other.map(|_| "read")),
            }
        }
        store.put(&key(name), whole.into()).await.expect("put");
    }
    archive.read().await.expect("whole again");
}

#[tokio::test]
async fn a_file_that_is_gone_is_named() {
    let package = package();
    let (store, archive) = memory();
    archive.write(&files(), &frame(&package, 1)).await.expect("written");
    store.delete(&key("memberships.parquet")).await.expect("deleted");
    let refused = archive.read().await.expect_err("a file is gone");
    assert!(matches!(refused, ArchiveError::FileGone { file } if file == "memberships.parquet"));
}

#[tokio::test]
async fn what_was_broken_off_is_no_archive_and_can_be_written_anew() {
    let package = package();
    let (store, archive) = memory();
    archive.write(&files(), &frame(&package, 1)).await.expect("written");
    // The manifest comes last: without it any part of the files may be there.
    store.delete(&key("manifest.json")).await.expect("deleted");
    store.delete(&key("values-park-2024.parquet")).await.expect("deleted");
    assert!(matches!(archive.read().await, Err(ArchiveError::Incomplete)));
    archive.write(&files(), &frame(&package, 2)).await.expect("written over the remains");
    assert_eq!(archive.read().await.expect("read").frame.known(), frame(&package, 2).known());
}

#[tokio::test]
async fn another_archive_is_never_written_over() {
    let package = package();
    let (_, archive) = memory();
    let first = archive.write(&files(), &frame(&package, 1)).await.expect("written");
    assert!(matches!(archive.write(&files(), &frame(&package, 2)).await, Err(ArchiveError::Exists)));
    assert_eq!(archive.read().await.expect("still the first").manifest, first);
}

#[tokio::test]
async fn a_number_of_39_digits_is_refused_with_field_and_subject() {
    let package = package();
    let position = package.fields.iter().position(|field| {
        field.subject == Subject::Enterprise && matches!(field.ty, FieldType::Decimal) && field.decimals == 2
    });
    let field = FieldIx(u32::try_from(position.expect("an amount")).expect("small"));
    let mut builder = FrameBuilder::new(&package, vec![YEAR], 1);
    let one = SubjectIx::Enterprise(builder.enterprise("e1", "企业"));
    let large = Exact::new(10_i128.pow(38), 2).expect("in range of the engine");
    builder.set_number(one, field, YEAR, large).expect("it fits");
    let (store, archive) = memory();
    let refused = archive.write(&files(), &builder.finish()).await.expect_err("too large");
    assert!(matches!(refused, ArchiveError::TooLarge { subject, .. } if subject == "e1"));
    let left: Arc<dyn ObjectStore> = store;
    assert!(left.list_with_delimiter(None).await.expect("listed").common_prefixes.is_empty());
}

#[test]
fn addresses_that_are_none_are_refused_and_an_s3_address_needs_no_connection_to_be_one() {
    for address in ["ftp://host/folder", "file://host/folder", "s3://"] {
        assert!(matches!(Archive::at(address), Err(ArchiveError::Address { .. })), "{address}");
    }
    assert!(matches!(Archive::existing("/no/such/folder"), Err(ArchiveError::Incomplete)));
    Archive::at("s3://bucket/frozen/2024").expect("an address");
}
