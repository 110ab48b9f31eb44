"""ReverseNER: a library of labelled examples from definitions, and tagging with its help.

Read in this order: config, features, entities, sentences, library, retrieval, prompting, voting,
tagger; writer does the first half without a language model. The method is transductive: feature
sentences come from the unlabelled texts of the task itself.

Source: ReverseNER, arXiv 2411.00533. [P] marks what the paper says, [C] what we chose.
"""
