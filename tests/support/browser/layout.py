"""Scripts that check in the page whether its text fits, also with longer words."""

LONGER = """() => {
    // As translators do to see what will not fit: every word half as long again, and accented.
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.parentElement.closest('script, style, svg, textarea')) continue;
        node.data = node.data.replace(/\\p{L}{2,}/gu, (word) => word + 'ö'.repeat(word.length / 2));
    }
}"""
CUT_OFF = """() => {
    // Text that leaves its control, or the window, without anything that says so.
    const shown = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (shown.nextNode()) {
        const parent = shown.currentNode.parentElement;
        if (!shown.currentNode.data.trim() || !parent.checkVisibility({opacityProperty: true})) continue;
        if (parent.closest('.sr-only, script, style, select')) continue;
        const range = document.createRange();
        range.selectNodeContents(shown.currentNode);
        const text = range.getBoundingClientRect();
        if (text.width === 0) continue;
        let one = parent;
        let fits = true;
        while (one && one !== document.body) {
            const style = getComputedStyle(one);
            if (style.textOverflow === 'ellipsis' || style.overflowX === 'auto'
                || style.clipPath !== 'none') break;
            const box = one.getBoundingClientRect();
            const control = one.matches('button, a, summary, th, td, label, legend, [role=menuitem]');
            if (control && (text.left < box.left - 1 || text.right > box.right + 1)) fits = false;
            one = one.parentElement;
        }
        const inWindow = text.left >= -1 && text.right <= innerWidth + 1;
        if (!fits || (one === document.body && !inWindow)) found.push(shown.currentNode.data.slice(0, 60));
    }
    return found;
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"
