//! Where the data folder lies: a drive of the network breaks the promises that SQLite's log is built on.

/// File systems of the network by their magic numbers, as `statfs(2)` lists them.
#[cfg(target_os = "linux")]
const NETWORK: &[(u32, &str)] = &[
    (0x6969, "NFS"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x517b, "SMB"),
    (0x5346_414f, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x0bd0_0bd0, "Lustre"),
];
/// File systems of user space: which one only the list of mounts tells.
#[cfg(target_os = "linux")]
const FUSE: u32 = 0x6573_5546;
/// Those of user space that reach over the network.
#[cfg(target_os = "linux")]
const NETWORK_FUSE: &[&str] = &[
    "sshfs",
    "rclone",
    "davfs",
    "davfs2",
    "s3fs",
    "gvfsd-fuse",
    "curlftpfs",
    "glusterfs",
    "smbnetfs",
];

/// The kind of network drive that `folder` lies on; nothing for a disk of this computer, or where it
/// can't be told.
#[cfg(target_os = "linux")]
pub(crate) fn network_drive(folder: &std::path::Path) -> Option<String> {
    let found = rustix::fs::statfs(folder).ok()?;
    let mounts = || std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let folder = folder.canonicalize().ok()?;
    // The width and the sign of the field differ between processors; the magic numbers have 32 bits.
    kind(found.f_type as u32, &folder, mounts)
}

/// The kind of network drive that `folder` lies on; not told on this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn network_drive(_folder: &std::path::Path) -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
fn kind(magic: u32, folder: &std::path::Path, mounts: impl FnOnce() -> String) -> Option<String> {
    if magic == FUSE {
        let kind = kind_of_mount(folder, &mounts())?;
        let name = kind.strip_prefix("fuse.").unwrap_or(&kind);
        return NETWORK_FUSE.contains(&name).then(|| name.to_owned());
    }
    NETWORK
        .iter()
        .find(|(known, _)| *known == magic)
        .map(|(_, name)| (*name).to_owned())
}

/// The file system of the innermost mount that holds `folder`, from the lines of `mountinfo`.
#[cfg(target_os = "linux")]
fn kind_of_mount(folder: &std::path::Path, mounts: &str) -> Option<String> {
    let mount = |line: &str| {
        let (place, system) = line.split_once(" - ")?;
        let point = place.split(' ').nth(4)?.replace("\\040", " ");
        let kind = system.split(' ').next()?.to_owned();
        folder.starts_with(&point).then_some((point.len(), kind))
    };
    mounts.lines().filter_map(mount).max().map(|(_, kind)| kind)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::path::Path;

    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /home/jo/My\\040Server rw,nosuid shared:2 - fuse.sshfs jo@server:/ rw
41 22 0:36 / /media/stick rw,nosuid - fuseblk /dev/sdb1 rw
";

    #[test]
    fn network_drives_are_told_by_their_kind() {
        let cases = [
            (0x6969, "/srv/share", Some("NFS")),
            (0xff53_4d42, "/srv/share", Some("CIFS")),
            (0xfe53_4d42, "/srv/share", Some("SMB")),
            (0xef53, "/home/jo", None),
            (FUSE, "/home/jo/My Server/data", Some("sshfs")),
            (FUSE, "/media/stick/data", None),
        ];
        for (magic, folder, expected) in cases {
            let found = kind(magic, Path::new(folder), || MOUNTS.to_owned());
            assert_eq!(found.as_deref(), expected, "{magic:x} {folder}");
        }
    }

    #[test]
    fn a_folder_of_this_computer_is_no_network_drive() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(network_drive(folder.path()), None);
    }
}
