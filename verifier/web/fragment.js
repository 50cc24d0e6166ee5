// Before anything else: take what a printed code put behind the # and clear it from the address bar, so that it is in no
// history, bookmark, screenshot or shared link.
'use strict';
{
  const take = () => {
    const { hash } = location;
    if (!/^#9[0-9]/.test(hash)) return null;
    history.replaceState(null, '', location.pathname + location.search);
    return hash;
  };
  globalThis.chetiFragment = { first: take(), take };
}
