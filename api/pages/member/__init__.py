"""Pages for members: home, declaration form, job, move and withdraw."""
