"""The commands of ``invigilo-institution``, one file for each thing people come to do."""
