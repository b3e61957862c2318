"""From a result to where others read it: GitHub's pages, its classrooms, JUnit. Texts only.

Every function takes a result and returns text or records; `command` writes them.
"""
