"""tantivy with its Swedish stemmer, any of the question's words, bm25."""

from pathlib import Path

import tantivy

from bench.peers.passages import hit, passages


def build(source: Path, index: Path, model: str) -> None:
    index.mkdir()
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("name", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", stored=True, tokenizer_name="swedish")
    found = _with_swedish(tantivy.Index(schema.build(), path=str(index)))
    _write(found, sorted(source.iterdir()))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    _write(_with_swedish(tantivy.Index.open(str(index))), [source / changed])


def open_search(index: Path, source: Path, model: str):
    found = _with_swedish(tantivy.Index.open(str(index)))
    searcher = found.searcher()

    def search(question: str, k: int) -> list[dict[str, str]]:
        query, _ = found.parse_query_lenient(question, ["text"])
        rows = [searcher.doc(address) for _, address in searcher.search(query, k).hits]
        return [hit(row.get_first("name"), row.get_first("text")) for row in rows]

    return search


def _with_swedish(found: tantivy.Index) -> tantivy.Index:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    analyzer = builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("swedish")).build()
    found.register_tokenizer("swedish", analyzer)
    return found


def _write(found: tantivy.Index, files: list[Path]) -> None:
    """The files' passages in place of those that the index has of them."""
    writer = found.writer()
    for file in files:
        writer.delete_documents_by_term("name", file.name)
        for text in passages(file):
            writer.add_document(tantivy.Document(name=file.name, text=text))
    writer.commit()
    writer.wait_merging_threads()
