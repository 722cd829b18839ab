//! Encryption of the private parts of a file, under a key derived from the registry key.
//!
//! XChaCha20-Poly1305 with a nonce that is a keyed hash of what is encrypted, so that the same list and key give the
//! same bytes, and equal nonces can only mean equal messages (a synthetic nonce, as in RFC 5297's SIV).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::RegistryKey;

const NONCE: usize = 24;

/// Encrypts a section; `context` is bound to it and must be the same at opening.
pub(crate) fn encrypt(key: &RegistryKey, context: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let mut hasher = blake3::Hasher::new_keyed(&key.derive("meibo 2026-11 format 1 section nonce"));
    hasher.update(&(context.len() as u64).to_le_bytes());
    hasher.update(context);
    hasher.update(plain);
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&hasher.finalize().as_bytes()[..NONCE]);
    let sealed = aead(key).encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context }).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Opens a section, or gives `None` where the key or the context is another or a byte was changed.
pub(crate) fn decrypt(key: &RegistryKey, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
    aead(key).decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: context }).ok()
}

fn aead(key: &RegistryKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.derive("meibo 2026-11 format 1 section key")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_open() {
        let key = RegistryKey::from_bytes([1; 32]);
        let sealed = encrypt(&key, b"header", b"secret").unwrap();
        assert_eq!(encrypt(&key, b"header", b"secret").unwrap(), sealed);
        assert_eq!(decrypt(&key, b"header", &sealed).unwrap(), b"secret");
        assert!(decrypt(&RegistryKey::from_bytes([2; 32]), b"header", &sealed).is_none());
        assert!(decrypt(&key, b"other", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(decrypt(&key, b"header", &changed).is_none(), "{at}");
        }
        assert!(decrypt(&key, b"header", &sealed[..10]).is_none());
    }
}
