//! What it takes to judge a claim. The caller brings it as evidence; nothing is fetched here.

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::ids::TemplateId;
use cheti_shared::status::entry::Purpose;

use crate::policy::Policy;
use crate::presented::Presented;

/// One thing to bring. A URL in it is a name to look up in what is held or configured, never an address to visit
/// because a certificate says so (THREATS 15).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A trust list that is in force and may know this issuer.
    TrustList {
        /// The issuer's DID.
        issuer: String,
    },
    /// The status list published under this name.
    StatusList {
        /// The list's URL.
        url: String,
    },
    /// A template with this id.
    Template {
        /// Its id.
        id: TemplateId,
    },
}

/// What it takes to judge `credential`. Deterministic, without repeats.
pub fn plan(credential: &SignedCredential, _policy: &Policy) -> Vec<Need> {
    let issuer = credential.issuer().to_owned();
    let mut needs = vec![Need::TrustList { issuer }];
    for entry in credential.status().unwrap_or_default() {
        let need = Need::StatusList { url: entry.list };
        if !matches!(entry.purpose, Purpose::Other(_)) && !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}

/// What it takes to judge what was presented: a code needs its template before anything else is known.
pub fn plan_presented(presented: &Presented, policy: &Policy) -> Vec<Need> {
    let credentials = presented
        .credentials()
        .flat_map(|credential| plan(credential, policy));
    let templates = presented.payloads().map(|payload| Need::Template {
        id: payload.template,
    });
    let mut needs: Vec<Need> = credentials.chain(templates).collect();
    needs.sort();
    needs.dedup();
    needs
}
