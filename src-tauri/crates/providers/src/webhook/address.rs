//! Which addresses a message may go to: public ones, and private ones where a person has permitted that.
//!
//! A name is resolved here and only addresses that passed are connected to, so a name that means something
//! else a moment later changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Why an address is not sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("an address of this computer or its own network")]
    Private,
    #[error("an address that nothing is sent to")]
    Reserved,
}

/// Resolves names and keeps back what must not be connected to.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) private: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(allowed(found, private)?) as Addrs)
        })
    }
}

/// The addresses that may be connected to; an error when there are none among them.
fn allowed(
    found: impl Iterator<Item = SocketAddr>,
    private: bool,
) -> Result<std::vec::IntoIter<SocketAddr>, Refused> {
    let (mut good, mut refused) = (Vec::new(), None);
    for address in found {
        match check(address.ip(), private) {
            Ok(()) => good.push(address),
            Err(why) => refused = Some(why),
        }
    }
    match refused {
        Some(why) if good.is_empty() => Err(why),
        _ => Ok(good.into_iter()),
    }
}

/// Names that mean this computer, whatever a name server says (RFC 6761), and its own addresses.
pub(super) fn is_this_computer(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost"
        || host.ends_with(".localhost")
        || literal(host).is_some_and(|address| canonical(address).is_loopback())
}

/// The address that a host is, when it is one rather than a name.
pub(super) fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// Whether something may be sent there.
pub(super) fn check(address: IpAddr, private: bool) -> Result<(), Refused> {
    let kind = match canonical(address) {
        IpAddr::V4(address) => kind_of_v4(address),
        IpAddr::V6(address) => kind_of_v6(address),
    };
    match kind {
        None => Ok(()),
        Some(Refused::Private) if private => Ok(()),
        Some(refused) => Err(refused),
    }
}

/// An address of the new kind that stands for one of the old kind is judged as that one.
fn canonical(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let [a, b, c, d, ..] = v6.segments();
    let [.., g, h] = v6.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d) {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056).
        (0x64, 0xff9b, 0, 0) => inner(g, h).into(),
        (0x2002, high, low, _) => inner(high, low).into(),
        _ => v6.to_canonical(),
    }
}

fn kind_of_v4(address: Ipv4Addr) -> Option<Refused> {
    let [a, b, c, _] = address.octets();
    let is_reserved = a == 0
        || a >= 224
        || address.is_link_local()
        || address.is_documentation()
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (b & 0xfe) == 18);
    let is_shared = a == 100 && (b & 0xc0) == 64;
    if is_reserved {
        Some(Refused::Reserved)
    } else {
        (address.is_loopback() || address.is_private() || is_shared).then_some(Refused::Private)
    }
}

fn kind_of_v6(address: Ipv6Addr) -> Option<Refused> {
    let [first, second, ..] = address.segments();
    let is_reserved = address.is_unspecified()
        || address.is_multicast()
        || (first & 0xffc0) == 0xfe80
        || (first & 0xffc0) == 0xfec0
        || (first, second) == (0x2001, 0xdb8)
        || (first, second) == (0x2001, 0)
        || first == 0x100;
    if is_reserved {
        Some(Refused::Reserved)
    } else {
        (address.is_loopback() || (first & 0xfe00) == 0xfc00).then_some(Refused::Private)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(address: &str) -> (Result<(), Refused>, Result<(), Refused>) {
        let address = address.parse().unwrap();
        (check(address, false), check(address, true))
    }

    #[test]
    fn public_addresses_are_free_private_ones_by_permission_and_some_never() {
        for public in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "2002:808:808::",
        ] {
            assert_eq!(judged(public), (Ok(()), Ok(())), "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "::1",
            "fc00::1",
            "fd12::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ] {
            assert_eq!(
                judged(private),
                (Err(Refused::Private), Ok(())),
                "{private}"
            );
        }
        for never in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001:0:1::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
        ] {
            let refused = Err(Refused::Reserved);
            assert_eq!(judged(never), (refused, refused), "{never}");
        }
    }

    #[test]
    fn of_a_name_with_several_addresses_only_the_good_ones_are_used() {
        let found = |addresses: &[&str], private| {
            let addresses: Vec<SocketAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
            allowed(addresses.into_iter(), private).map(Iterator::count)
        };
        assert_eq!(found(&["8.8.8.8:0", "10.0.0.1:0"], false), Ok(1));
        assert_eq!(
            found(&["127.0.0.1:0", "10.0.0.1:0"], false),
            Err(Refused::Private)
        );
        assert_eq!(found(&["127.0.0.1:0", "169.254.1.1:0"], true), Ok(1));
        assert_eq!(found(&[], false), Ok(0));
    }
}
