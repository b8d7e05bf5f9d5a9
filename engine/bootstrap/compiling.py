"""How published rulebooks and mappings are compiled: beside the event loop, where other organizations go on."""

from collections.abc import Mapping
from functools import partial

from engine.core.rulebook import Rulebook
from engine.rulebook.book import check, compile_mappings, compile_rulebook, namings
from engine.run.newest import CompileText
from engine.run.newest_mappings import CompileMappings
from engine.run.plans import Compile
from engine.run.published import published_texts
from engine.run.workshop import Workshop
from engine.sources.mapping.mapping import Mapping as SourceMapping
from engine.store.rulebooks import Rulebooks


def compiler(rulebooks: Rulebooks, workshop: Workshop) -> Compile:
    """How plans get a published rulebook: beside the event loop, where other organizations go on."""

    async def compile_published(digest: bytes, codes: Mapping[str, int]) -> Rulebook:
        published = await published_texts(rulebooks, digest)
        return await workshop.do(lambda: compile_rulebook(published.texts, codes, digest=digest))

    return compile_published


def text_compiler(rulebooks: Rulebooks, workshop: Workshop | None = None) -> CompileText:
    """How the door gets a published rulebook: it asks for names and fields only, so any codes do.

    In a workshop of its own, so that it never waits for files that HR has checked.
    """
    workshop = workshop or Workshop()

    def compiled(texts: Mapping[str, str], digest: bytes) -> Rulebook:
        codes = {naming.name: code for code, naming in enumerate(namings(check(texts)))}
        return compile_rulebook(texts, codes, digest=digest)

    async def compile_text(digest: bytes) -> Rulebook:
        texts = (await published_texts(rulebooks, digest)).texts
        return await workshop.do(partial(compiled, texts, digest))

    return compile_text


def mapping_compiler(rulebooks: Rulebooks, workshop: Workshop | None = None) -> CompileMappings:
    """How the door for webhooks gets the mappings of a publication, beside the event loop as `text_compiler`."""
    workshop = workshop or Workshop()

    async def compile_published(digest: bytes) -> dict[str, SourceMapping]:
        texts = (await published_texts(rulebooks, digest)).texts
        return await workshop.do(partial(compile_mappings, texts))

    return compile_published
