"""A class on GitHub: gather what counts at the deadline, grade it all, audit a share of the results.

Stands behind `grade`, like every door; nothing of a student's repository is obeyed: objects are
fetched, files are copied. Students do not get this package.
"""
