"""Where the floors come from: right and wrong work, trained hundreds of times, and its error rates.

cases (what is trained) → runs (one row of numbers per training) → rates (error rates, proposed floors)
→ page (the evidence as a page and a picture). `evidence/` holds the rows that the floors rest on.
"""
