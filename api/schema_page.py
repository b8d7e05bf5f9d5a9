def page_of(document):
    return ""
